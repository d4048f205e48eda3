const END = Buffer.from('\r\n.\r\n')

/**
 * Cuts a message's bytes before its final dot (RFC 5321, 4.1.1.4). `pass` may go on, `rest` must wait or comes after
 * the dot, `done` says whether the dot was seen. `isFirst`: these are the first bytes after DATA.
 */
export function splitBody(input: Buffer, isFirst: boolean): { pass: Buffer; rest: Buffer; done: boolean } {
  if (isFirst && input.subarray(0, 3).toString('latin1') === '.\r\n') {
    return { pass: Buffer.alloc(0), rest: input.subarray(3), done: true }
  }
  const at = input.indexOf(END)
  if (at >= 0) return { pass: input.subarray(0, at + 2), rest: input.subarray(at + END.length), done: true }
  // The last bytes may be the beginning of the end.
  const keep = Math.min(4, input.length)
  return { pass: input.subarray(0, input.length - keep), rest: input.subarray(input.length - keep), done: false }
}
