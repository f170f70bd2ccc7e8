#!/bin/sh
# Runs workerd and ends it when the process that started it is gone. Without this a Node process
# that is killed outright leaves workerd behind, holding the port and the storage.
#
# WORKERD_BINARY names the real one. The shell becomes workerd, so its process id is $$.
parent=$PPID
(
  while kill -0 "$parent" 2>/dev/null && kill -0 $$ 2>/dev/null; do sleep 0.5; done
  # Outright, as the simulator itself ends it: what it has answered is on disk.
  kill -0 "$parent" 2>/dev/null || kill -KILL $$ 2>/dev/null
) </dev/null >/dev/null 2>&1 3>&- &
exec "$WORKERD_BINARY" "$@"
