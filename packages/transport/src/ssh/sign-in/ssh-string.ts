/** A string as it travels in SSH: its length in four bytes, then its bytes. See RFC 4251, 5. */
export function sshString(content: string | Uint8Array): Buffer {
  const bytes = Buffer.from(content);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** Reads such data piece by piece. @throws RangeError where it ends too early. */
export interface SshReader {
  string(): Buffer;
  uint32(): number;
  uint64(): bigint;
}

export function sshReader(data: Buffer): SshReader {
  let position = 0;
  const take = (count: number): Buffer => {
    if (position + count > data.length) throw new RangeError("the data ends too early");
    position += count;
    return data.subarray(position - count, position);
  };
  return {
    string: () => take(take(4).readUInt32BE()),
    uint32: () => take(4).readUInt32BE(),
    uint64: () => take(8).readBigUInt64BE(),
  };
}
