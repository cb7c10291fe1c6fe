# Has U-Boot upload from memory, in QEMU, whose user network takes 10.0.2.2 for
# the loopback interface.

# QEMU loads no empty file.
{ cat "$FILE"; echo; } >"$ROOT/image"
cat >"$ROOT/script" <<END
ipaddr=10.0.2.15
serverip=10.0.2.2
tftpdstp=$PORT
tftpblocksize=${BLKSIZE:-512}
upload=if tftpput 0x48000000 $(printf %x "$SIZE") $NAME; then echo uploaded; fi
END
qemu-system-arm -L "$ROOT/usr/share/qemu" -L /usr/share/qemu \
  -M virt -m 256 -nographic -monitor none -serial stdio \
  -bios "$ROOT/source/u-boot.bin" \
  -netdev user,id=host -device virtio-net-device,netdev=host \
  -device loader,file="$ROOT/script",addr=0x42000000,force-raw=on \
  -device loader,file="$ROOT/image",addr=0x48000000,force-raw=on \
  </dev/null | tee /dev/stderr | grep -c '^uploaded'
