import { assertEquals } from "@std/assert";
import { commandsFor } from "../../lib/client/doctor_commands.ts";

/** Devices, what to type for a server on port 69, and for one on another. */
const DEVICES = String.raw`
IOS, IOS-XE
  copy running-config tftp://10.1.1.2/switch.cfg
  -
NX-OS
  copy running-config tftp://10.1.1.2/switch.cfg vrf management
  copy running-config tftp://10.1.1.2:6969/switch.cfg vrf management
Junos
  printf "binary\nput /config/juniper.conf.gz switch.conf.gz\n" | tftp 10.1.1.2 69
  printf "binary\nput /config/juniper.conf.gz switch.conf.gz\n" | tftp 10.1.1.2 6969
Arista EOS
  copy running-config tftp://10.1.1.2/switch.cfg
  bash curl --upload-file /mnt/flash/startup-config tftp://10.1.1.2:6969/switch.cfg
ArubaOS-Switch, ProCurve
  copy running-config tftp 10.1.1.2 switch.cfg
  -
ArubaOS-CX
  copy running-config tftp://10.1.1.2/switch.cfg cli vrf mgmt
  copy running-config tftp://10.1.1.2:6969/switch.cfg cli vrf mgmt
MikroTik RouterOS
  scp admin@ROUTER:/backup.rsc . && curl --upload-file backup.rsc tftp://10.1.1.2/
  scp admin@ROUTER:/backup.rsc . && curl --upload-file backup.rsc tftp://10.1.1.2:6969/
U-Boot
  tftpput ${"$"}{loadaddr} ${"$"}{filesize} 10.1.1.2:dump.bin
  setenv tftpdstp 6969; tftpput ${"$"}{loadaddr} ${"$"}{filesize} 10.1.1.2:dump.bin
curl
  curl --upload-file FILE tftp://10.1.1.2/
  curl --upload-file FILE tftp://10.1.1.2:6969/
Windows
  curl.exe --upload-file FILE tftp://10.1.1.2/
  curl.exe --upload-file FILE tftp://10.1.1.2:6969/
busybox
  busybox tftp -p -l FILE -r NAME 10.1.1.2 69
  busybox tftp -p -l FILE -r NAME 10.1.1.2 6969
wotftp
  wotftp put --port 69 FILE 10.1.1.2
  wotftp put --port 6969 FILE 10.1.1.2
`;

Deno.test("commandsFor() has the address and the port in every command", () => {
  const usual = commandsFor("10.1.1.2", 69);
  const other = commandsFor("10.1.1.2", 6_969);
  const lines = usual.map(({ device, command = "-" }, i) => {
    assertEquals(other[i]?.device, device);
    return `${device}\n  ${command}\n  ${other[i]?.command ?? "-"}\n`;
  });
  assertEquals(`\n${lines.join("")}`, DEVICES);
});

Deno.test("commandsFor() says which devices can use port 69 only", () => {
  const note = "it can only send to port 69: listen there, or redirect that " +
    "port";
  const unable = commandsFor("10.1.1.2", 6_969)
    .filter(({ command }) => command === undefined);
  assertEquals(
    unable.map((it) => [it.device, it.note]),
    [["IOS, IOS-XE", note], ["ArubaOS-Switch, ProCurve", note]],
  );
});

Deno.test("commandsFor() puts IPv6 into brackets where a port may follow", () => {
  const typed = commandsFor("2001:db8::1", 6_969)
    .filter(({ device }) => /curl|U-Boot|busybox/.test(device))
    .map(({ command }) => command);
  assertEquals(typed, [
    "setenv tftpdstp 6969; " +
    "tftpput ${loadaddr} ${filesize} [2001:db8::1]:dump.bin",
    "curl --upload-file FILE tftp://[2001:db8::1]:6969/",
    "busybox tftp -p -l FILE -r NAME 2001:db8::1 6969",
  ]);
});
