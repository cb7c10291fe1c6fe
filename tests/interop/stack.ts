/**
 * Stacks that upload by TFTP: how each is had and used, as commands for the shell.
 *
 * @module
 */

/** A client that others wrote. */
export interface Stack {
  readonly name: string;
  readonly what: string;
  /** Provides it in `$ROOT`; the last line it prints is the version. */
  readonly setup: string;
  /**
   * Uploads `$FILE` as `$NAME` to `$PORT` of `$HOST`, or to `$URL`, in `$MODE`.
   * `$BLKSIZE`, `$WINDOWSIZE` and `$TSIZE` are empty if the option is not asked for.
   */
  readonly put: string;
  /** What it is to ask for each time, as the server logs it. */
  readonly terms: readonly string[];
}

const OCTET = "octet, blksize 512";
const NETASCII = "netascii, blksize 512";

/** For clients that ask for commands. */
const BY_DIALOGUE =
  `printf 'mode %s\\nput %s %s\\nquit\\n' "$MODE" "$FILE" "$NAME" |
  tftp "$HOST" "$PORT"`;

/** Every stack there is; the README's table has them in the same order. */
export const STACKS: readonly Stack[] = [
  {
    name: "curl",
    what: "the command line tool",
    setup: "packages curl",
    put: `case $MODE in netascii) URL="$URL;mode=netascii" ;; esac
      curl -sS \${BLKSIZE:+--tftp-blksize $BLKSIZE} -T "$FILE" "$URL"`,
    terms: [
      "octet, blksize 512, announced",
      "octet, blksize 1468, announced",
      NETASCII,
    ],
  },
  {
    name: "tftp-hpa",
    what: "the client of most Linux systems",
    setup: "packages tftp-hpa",
    put: `tftp -m "$MODE" "$HOST" "$PORT" -c put "$FILE" "$NAME"`,
    terms: [OCTET, NETASCII],
  },
  {
    name: "atftp",
    what: "the advanced client, with windows",
    setup: "packages atftp",
    put: `atftp --option "mode $MODE" \${TSIZE:+--option tsize} \\
      \${BLKSIZE:+--option "blksize $BLKSIZE"} \\
      \${WINDOWSIZE:+--option "windowsize $WINDOWSIZE"} \\
      -p -l "$FILE" -r "$NAME" "$HOST" "$PORT"`,
    terms: [
      ...[OCTET, NETASCII, "octet, blksize 1468, announced"],
      "octet, blksize 1024, windowsize 16, announced",
    ],
  },
  {
    name: "busybox",
    what: "the client of many devices",
    setup: "packages busybox",
    put: `busybox tftp \${BLKSIZE:+-b $BLKSIZE} -p -l "$FILE" -r "$NAME" \\
      "$HOST" "$PORT"`,
    terms: ["octet, blksize 512, announced", "octet, blksize 1468, announced"],
  },
  {
    name: "inetutils",
    what: "GNU's client",
    setup: `source_of inetutils
      ./configure --disable-servers --disable-clients --enable-tftp >&2
      make -j"$(nproc)" >&2
      mkdir -p "$ROOT/usr/bin"
      cp src/tftp "$ROOT/usr/bin/tftp"
      tftp --version | sed -n '1s/.* //p'`,
    put: BY_DIALOGUE,
    terms: [OCTET, NETASCII],
  },
  {
    name: "netkit",
    what: "BSD's client on Linux",
    // The last release that has it.
    setup: "release bullseye; packages tftp",
    put: BY_DIALOGUE,
    terms: [OCTET, NETASCII],
  },
  {
    name: "U-Boot",
    what: "the boot loader of boards, in QEMU",
    setup: `. "$HERE/u_boot.sh"`,
    put: `. "$HERE/u_boot_put.sh"`,
    terms: ["octet, blksize 512, announced", "octet, blksize 1468, announced"],
  },
  {
    name: "Erlang",
    what: "the library of Erlang/OTP",
    setup: "packages erlang-tftp",
    put: `. "$HERE/erlang.sh"`,
    terms: [OCTET, "octet, blksize 1468, announced"],
  },
  {
    name: "pin/tftp",
    what: "a library for Go",
    setup: `packages golang-github-pin-tftp-dev
      export GO111MODULE=off GOPATH="$ROOT/usr/share/gocode:/usr/share/gocode"
      go build -o "$ROOT/put" "$HERE/put.go"`,
    put: `"$ROOT/put"`,
    terms: [OCTET, NETASCII, "octet, blksize 1468"],
  },
  {
    name: "commons-net",
    what: "Apache's library for Java",
    setup: "java -version; packages libcommons-net-java",
    put: `java -cp "$ROOT/usr/share/java/*:/usr/share/java/commons-net.jar" \\
      "$HERE/Put.java"`,
    terms: [OCTET, NETASCII],
  },
  {
    name: "Net::TFTP",
    what: "a library for Perl",
    setup: "packages libnet-tftp-perl",
    put: `PERL5LIB="$ROOT/usr/share/perl5" perl "$HERE/put.pl"`,
    // With blksize it sends one byte at most of a file below 512.
    terms: [OCTET, NETASCII],
  },
  {
    name: "node-tftp",
    what: "the library of npm for Node",
    setup: `npm install --silent --prefix "$ROOT" tftp@0.1 >&2
      sed -n 's/.*"version": "\\(.*\\)".*/\\1/p' "$ROOT/node_modules/tftp/package.json"`,
    put: `NODE_PATH="$ROOT/node_modules" node "$HERE/put.cjs"`,
    terms: [
      "octet, blksize 512, announced",
      "octet, blksize 1468, windowsize 4, announced",
    ],
  },
  {
    name: "tftpy",
    what: "a library for Python",
    setup:
      `python3 -m pip install -q --retries 0 --target "$ROOT/python" tftpy >&2
      ls "$ROOT/python" | sed -n 's/^tftpy-\\(.*\\).dist-info/\\1/p'`,
    put: `PYTHONPATH="$ROOT/python" python3 "$HERE/put.py"`,
    terms: [OCTET, "octet, blksize 1468"],
  },
];
