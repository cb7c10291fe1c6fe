/**
 * Every flag once: its name, what it takes and what it does. The parser and the
 * help are both made from this table.
 *
 * @module
 */

/** A flag of the command line. */
export interface Flag {
  /** The name, without the two hyphens. */
  readonly name: string;
  /** The placeholder of the flag's value; a switch has none. */
  readonly value?: string;
  /** One line, or more for the help to begin further lines with. */
  readonly help: readonly string[];
}

/** All flags, in the order of the help. */
export const FLAGS: readonly Flag[] = [
  {
    name: "dir",
    value: "DIR",
    help: ["Store uploads in DIR. Default: the current directory."],
  },
  {
    name: "port",
    value: "PORT",
    help: ["Listen on UDP port PORT. Default: 69."],
  },
  {
    name: "bind",
    value: "IP",
    help: ["Listen on this address only. Default: all of IPv4."],
  },
  {
    name: "remoteip",
    value: "IP",
    help: ["Accept packets from this address only. Default: any."],
  },
  {
    name: "low-ports",
    help: [
      "Serve clients that send from ports below 1024 as well;",
      "such packets are mostly forged. Default: ignore them.",
    ],
  },
  {
    name: "timestamp",
    help: ["Store as NAME-YYYY-MM-DD-HH-MM-SS-mmm (local time)."],
  },
  {
    name: "ipstamp",
    help: ["Store as IP-NAME, IP being the client's address."],
  },
  {
    name: "on-exists",
    value: "HOW",
    help: [
      "What to do with a name that is taken: replace the file,",
      "refuse the upload, or keep it as version NAME.~2~.",
      "Default: replace.",
    ],
  },
  {
    name: "max-size",
    value: "SIZE",
    help: ["Refuse larger files, as in 10M or 2G. Default: none."],
  },
  {
    name: "min-free",
    value: "SIZE",
    help: [
      "Leave this much of the disk free, as in 500M or 5%.",
      "Default: 256M, or 1% of a smaller disk.",
    ],
  },
  {
    name: "max-transfers",
    value: "N",
    help: ["Take N uploads at once. Default: 10000."],
  },
  {
    name: "max-per-client",
    value: "N",
    help: ["Take N uploads at once of one address. Default: 10000."],
  },
  {
    name: "idle-timeout",
    value: "TIME",
    help: ["Give up a client silent for TIME. Default: 60s."],
  },
  {
    name: "max-duration",
    value: "TIME",
    help: ["Give up an upload that takes longer. Default: 1d."],
  },
  {
    name: "no-sync",
    help: [
      "Send the last ACK before the file is on disk: faster,",
      "but a power failure may cost files that were saved.",
    ],
  },
  {
    name: "stop-key-file",
    value: "FILE",
    help: [
      'Let "wotftp stop" end the server, given the same key,',
      "16 bytes or more. Default: only signals end it.",
    ],
  },
  {
    name: "verbose",
    value: "LEVEL",
    help: ["0: serious errors, 1: uploads, 2: packets. Default: 1."],
  },
  { name: "help", help: ["Print this help and exit."] },
  { name: "version", help: ["Print the version and exit."] },
];

/** The flags that tell "wotftp stop" which server to stop. */
export const STOP_FLAGS: readonly string[] = ["stop-key-file", "port", "bind"];

/** The column where the descriptions begin. */
const HELP_COLUMN = 24;

/** The help: what it is, every flag, an example. */
export const HELP: string = `Usage:
    wotftp [OPTIONS]
    wotftp stop --stop-key-file FILE [--port PORT] [--bind IP]

A TFTP server that only accepts uploads. An existing file is replaced
only by a complete new one.

Options:
${FLAGS.flatMap(describeFlag).join("\n")}

Sizes end with K, M, G or T (powers of 1024); times with s, m, h or d.

Example:
    $ wotftp --port 6969 --dir /srv/uploads
    $ curl --upload-file firmware.bin tftp://localhost:6969/
`;

/** Whether a flag takes no value. */
export function isSwitch({ value }: Flag): boolean {
  return value === undefined;
}

function describeFlag({ name, value, help }: Flag): string[] {
  const flag = `  --${name}${value === undefined ? "" : ` ${value}`}`;
  return help.map((line, i) =>
    (i === 0 ? flag : "").padEnd(HELP_COLUMN) + line
  );
}
