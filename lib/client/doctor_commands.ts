/**
 * How devices are told to upload: one row each.
 *
 * @module
 */

/** How one kind of device uploads. */
export interface UploadCommand {
  /** The device, its system or a program. */
  readonly device: string;
  /** What to type there, on one line; `undefined` if it cannot do it. */
  readonly command: string | undefined;
  /** What else one has to know. */
  readonly note: string | undefined;
}

/** A server as the commands have it. */
interface Target {
  /** Its IP address. */
  readonly address: string;
  /** The same as URLs have it. */
  readonly host: string;
  /** Its port. */
  readonly port: number;
  /** `tftp://` and all up to the name; a port only if it is another one. */
  readonly url: string;
}

interface Row {
  readonly device: string;
  /** Whether it only knows port 69. */
  readonly onlyTftpPort?: true;
  readonly command: (to: Target) => string;
  readonly note?: (to: Target) => string | undefined;
}

/** The port that every device knows. */
const TFTP_PORT = 69;
const ONLY_TFTP_PORT = "it can only send to port 69: listen there, or " +
  "redirect that port";

const ROWS: readonly Row[] = [
  {
    device: "IOS, IOS-XE",
    onlyTftpPort: true,
    command: ({ url }) => `copy running-config ${url}switch.cfg`,
  },
  {
    device: "NX-OS",
    command: ({ url }) => `copy running-config ${url}switch.cfg vrf management`,
  },
  {
    device: "Junos",
    // From its shell: "file copy" is documented for ftp, http and scp only.
    command: ({ address, port }) =>
      'printf "binary\\nput /config/juniper.conf.gz switch.conf.gz\\n" | ' +
      `tftp ${address} ${port}`,
    note: () => 'in "start shell"; where it has no tftp, copy the file by scp',
  },
  {
    device: "Arista EOS",
    command: ({ url, port }) =>
      port === TFTP_PORT
        ? `copy running-config ${url}switch.cfg`
        : `bash curl --upload-file /mnt/flash/startup-config ${url}switch.cfg`,
  },
  {
    device: "ArubaOS-Switch, ProCurve",
    onlyTftpPort: true,
    command: ({ address }) => `copy running-config tftp ${address} switch.cfg`,
  },
  {
    device: "ArubaOS-CX",
    command: ({ url }) => `copy running-config ${url}switch.cfg cli vrf mgmt`,
  },
  {
    device: "MikroTik RouterOS",
    command: ({ url }) =>
      `scp admin@ROUTER:/backup.rsc . && curl --upload-file backup.rsc ${url}`,
    note: () =>
      'on another machine, after "/export file=backup" on the router, which ' +
      "itself only downloads by TFTP",
  },
  {
    device: "U-Boot",
    command: ({ host, port }) => {
      const set = port === TFTP_PORT ? "" : `setenv tftpdstp ${port}; `;
      return `${set}tftpput \${loadaddr} \${filesize} ${host}:dump.bin`;
    },
    note: ({ port }) =>
      port === TFTP_PORT
        ? "needs CONFIG_CMD_TFTPPUT"
        : "needs CONFIG_CMD_TFTPPUT, and for the port CONFIG_TFTP_PORT",
  },
  {
    device: "curl",
    command: ({ url }) => `curl --upload-file FILE ${url}`,
  },
  {
    device: "Windows",
    command: ({ url }) => `curl.exe --upload-file FILE ${url}`,
    note: ({ address, port }) =>
      port === TFTP_PORT
        ? `or, with the feature "TFTP Client": tftp -i ${address} put FILE`
        : undefined,
  },
  {
    device: "busybox",
    command: ({ address, port }) =>
      `busybox tftp -p -l FILE -r NAME ${address} ${port}`,
  },
  {
    device: "wotftp",
    command: ({ address, port }) => `wotftp put --port ${port} FILE ${address}`,
  },
];

/** Says what to type on devices for a server on an IP address and a port. */
export function commandsFor(
  address: string,
  port: number,
): readonly UploadCommand[] {
  const host = address.includes(":") ? `[${address}]` : address;
  const url = `tftp://${host}${port === TFTP_PORT ? "" : `:${port}`}/`;
  const to: Target = { address, host, port, url };
  return ROWS.map(({ device, onlyTftpPort, command, note }) =>
    onlyTftpPort && port !== TFTP_PORT
      ? { device, command: undefined, note: ONLY_TFTP_PORT }
      : { device, command: command(to), note: note?.(to) }
  );
}
