# Becomes the given command and watches over it. The other end of our input is held by whoever started us: when it
# closes, because that process is gone, however it went, the command is killed. A line on it lets the command go.
exec 3<&0 </dev/null
{ read -r _ <&3 || kill -KILL $$; } >/dev/null 2>&1 &
exec 3<&-
exec "$@"
