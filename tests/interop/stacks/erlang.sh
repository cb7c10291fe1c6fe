# Runs an Erlang that is installed, or one that was only unpacked.
erlang=/usr/lib/erlang
export ERL_LIBS="$ROOT$erlang/lib"
[ -e "$erlang/bin/start.boot" ] || erlang=$ROOT$erlang
export ROOTDIR="$erlang" EMU=beam PROGNAME=erl
BINDIR=$(echo "$erlang"/erts-*/bin)
export BINDIR
"$BINDIR/erlexec" -noshell -eval "$(cat "$HERE/put.erl")"
