# Builds U-Boot for QEMU's ARM board as Debian does, but with tftpput, and with
# uploads to any port. It does what it finds in memory, and switches itself off.
packages qemu-system-arm gcc-arm-linux-gnueabi device-tree-compiler bison flex >&2
source_of u-boot
export ARCH=arm CROSS_COMPILE=arm-linux-gnueabi-
export BISON_PKGDATADIR="$ROOT/usr/share/bison" M4="$ROOT/usr/bin/m4"
# Those of the system, if they were not unpacked.
[ -d "$BISON_PKGDATADIR" ] || unset BISON_PKGDATADIR
[ -x "$M4" ] || unset M4
make qemu_arm_defconfig >&2
scripts/config -e CMD_TFTPPUT -e TFTP_PORT -e TFTP_TSIZE -e USE_BOOTCOMMAND \
  --set-str BOOTCOMMAND 'env import -t 0x42000000; run upload; poweroff' \
  --set-val BOOTDELAY -2
make olddefconfig >&2
make -j"$(nproc)" DTC="$(command -v dtc)" u-boot.bin >&2
strings -a u-boot.bin | sed -n 's/^U-Boot \([0-9][^ ]*\) .*/\1/p' | sed 1q
