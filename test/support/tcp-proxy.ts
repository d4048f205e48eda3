import net from 'node:net'
import { freePort } from './free-port.ts'

/** A fixed address whose other end may move or go away, as a database's does when it restarts. */
export interface TcpProxy {
  readonly port: number
  /** Leads new connections to this port; undefined: nobody is there. */
  target: number | undefined
  close(): Promise<void>
}

export async function startTcpProxy(target: number): Promise<TcpProxy> {
  const port = await freePort()
  const sockets = new Set<net.Socket>()
  const server = net.createServer((socket) => {
    if (proxy.target === undefined) return socket.destroy()
    const other = net.connect(proxy.target, '127.0.0.1')
    for (const [one, two] of [
      [socket, other],
      [other, socket],
    ] as const) {
      sockets.add(one)
      one.on('error', () => two.destroy())
      one.on('close', () => {
        sockets.delete(one)
        two.destroy()
      })
      one.pipe(two)
    }
  })
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  const proxy: TcpProxy = {
    port,
    target,
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return proxy
}
