import { lines, raw, sh, type ShellExpression } from "@hpckit/core";

/** Said once something listens, on a line of its own. What stands before it are words of the site's: of a prolog, or of a profile. */
export const relayReady = "\nhpckit-connected\n";

/** Nothing listened in time. @see sysexits.h, EX_UNAVAILABLE */
export const nothingListensStatus = 69;

const lingerSeconds = 5;

/** No program on the node can reach a Unix socket. @see sysexits.h, EX_OSFILE */
export const noRelayStatus = 72;

/**
 * Hands on what comes and goes between a step and a port of its node, in bash: it is on every node, and netcat, socat and Python are not. The service may
 * listen on the loopback alone or on the node's name alone.
 *
 * What bash cannot do is to end one direction of a connection. So once nothing more comes from here, the service has some seconds to end by itself; one
 * that does not is left in the middle, which is no success.
 */
export const renderPortRelay = (port: number, readySeconds: number): ShellExpression =>
  lines(
    waiting(readySeconds),
    sh`
      until
        for host in 127.0.0.1 "$SLURMD_NODENAME" "$(hostname)" ::1; do
          { exec 3<>"/dev/tcp/$host/"${String(port)}; } 2>/dev/null && break
        done
      do hpckit_wait; done
      printf %s ${relayReady}
      cat <&3 &
      reader=$!
      ( cat >&3 2>/dev/null; sleep ${lingerSeconds}; kill "$reader" ) <&0 2>/dev/null &
      writer=$!
      exec 3>&-
      status=0
      wait "$reader" || status=$?
      kill "$writer" 2>/dev/null
      exit "$status"
    `,
  );

/** The same for a Unix socket, by whichever program is there. */
export const renderSocketRelay = (socketPath: string, readySeconds: number): ShellExpression =>
  lines(
    waiting(readySeconds),
    sh`
      until [ -S ${socketPath} ]; do hpckit_wait; done
      if command -v socat >/dev/null; then
        printf %s ${relayReady}
        exec socat -t 60 - ${`UNIX-CONNECT:${asSocatReads(socketPath)}`}
      elif command -v python3 >/dev/null; then
        exec python3 -c ${pythonRelay} ${socketPath} ${relayReady}
      fi
      exit ${noRelayStatus}
    `,
  );

/** In an address of socat's a comma begins an option, and quotes and brackets mean something. @see socat(1), ADDRESS SPECIFICATIONS */
const asSocatReads = (path: string): string => path.replaceAll(/[^\w./-]/gu, "\\$&");

const waiting = (readySeconds: number): ShellExpression => sh`
  hpckit_wait() {
    [ "$SECONDS" -lt ${readySeconds} ] || exit ${nothingListensStatus}
    sleep 0.2
  }
`;

/** The socket's end is the end; the input's is handed on. */
const pythonRelay = raw(`import os, socket, sys, threading
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
os.write(1, sys.argv[2].encode())
def send():
    while piece := os.read(0, 65536): s.sendall(piece)
    s.shutdown(socket.SHUT_WR)
threading.Thread(target=send, daemon=True).start()
while piece := s.recv(65536): os.write(1, piece)
os._exit(0)`).shell;
