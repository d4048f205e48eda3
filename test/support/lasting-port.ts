import net from 'node:net'

/** Below the ports that systems give to outgoing connections (from 32768 on Linux, 49152 elsewhere). */
const FIRST = 20_000
const COUNT = 12_000
let next = (process.pid * 97) % COUNT

/**
 * A free port that stays free while its server is down: nobody's outgoing connection takes it, so a killed server can come
 * back to it.
 */
export async function lastingPort(): Promise<number> {
  for (let tries = 0; tries < COUNT; tries++) {
    const port = FIRST + (next++ % COUNT)
    if (await isFree(port)) return port
  }
  throw new Error(`no port between ${FIRST} and ${FIRST + COUNT} is free`)
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = net.createServer()
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)))
  })
}
