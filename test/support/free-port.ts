import net from 'node:net'

/** A port nobody listens on right now, for a server whose address must be known before it starts. */
export async function freePort(): Promise<number> {
  const server = net.createServer()
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  return typeof address === 'object' && address ? address.port : 0
}

/** Below the ports that systems give to outgoing connections: those may take any of theirs at any moment. */
const PAIRS = { from: 20_000, count: 12_000 }

/** A port that is free together with the one after it, as the demo needs. */
export async function freePairOfPorts(): Promise<number> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const port = PAIRS.from + Math.floor(Math.random() * PAIRS.count)
    if ((await isFree(port)) && (await isFree(port + 1))) return port
  }
  throw new Error('no two free ports side by side')
}

async function isFree(port: number): Promise<boolean> {
  const server = net.createServer()
  const listens = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false))
    server.listen(port, '127.0.0.1', () => resolve(true))
  })
  if (listens) await new Promise((resolve) => server.close(resolve))
  return listens
}
