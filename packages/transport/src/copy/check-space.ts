import { statfs } from "node:fs/promises";
import { raw, sh, TransportError, type ShellExpression, type Word } from "@hpckit/core";

/** Smaller copies are not worth the question whether there is room for them. */
const askedAboutBytes = 1024 * 1024;

/** Said before a byte is sent; file systems that do not tell their space are not asked twice. `$had` bytes of it may be there already. */
export const checkSpace = (folder: Word, neededBytes: number): ShellExpression =>
  neededBytes < askedAboutBytes
    ? raw(":")
    : sh`
        space=$(stat -f -c '%a * %S' -- ${folder} 2>/dev/null) && free=$(($space)) || free=
        if [ -n "$free" ] && [ "$free" -lt "$((${neededBytes} - \${had:-0}))" ]; then
          echo ${`hpckit: No space left on device: it takes ${neededBytes} bytes, and there are `}"$free" >&2; exit 1
        fi
      `;

/** The same for a folder of this machine. @param hadBytes - so many of it are there already. */
export async function checkLocalSpace(what: string, folder: string, neededBytes: number, hadBytes = 0): Promise<void> {
  if (neededBytes < askedAboutBytes) return;
  const { bavail, bsize } = await statfs(folder);
  if (bavail * bsize < neededBytes - hadBytes) {
    throw new TransportError("disk-full", `${what}: it takes ${neededBytes} bytes, and there are ${bavail * bsize} here`);
  }
}
