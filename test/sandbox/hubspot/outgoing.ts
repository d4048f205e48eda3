import { Agent, request } from 'undici'

/** Sends what HubSpot sends to the app, to where the app really listens. */
export interface Outgoing {
  /** Where the app listens; a test may only know it after the app has started. */
  target: string
  send(
    method: string,
    url: string,
    headers: Record<string, string>,
    body: string,
    timeoutMs: number,
    signal?: AbortSignal,
  ): ReturnType<typeof request>
  close(): Promise<void>
}

/** `target` is the address behind the app's public `appUrl`; addresses elsewhere are called as they are. */
export function createOutgoing(appUrl: string, target: string): Outgoing {
  const agent = new Agent({ connect: { timeout: 5000 }, keepAliveTimeout: 4000 })
  const outgoing: Outgoing = {
    target,
    send(method, url, headers, body, timeoutMs, signal) {
      const address = url.startsWith(appUrl) ? outgoing.target + url.slice(appUrl.length) : url
      // A network waits in real time, whatever the sandbox's clock says.
      const deadline = AbortSignal.timeout(timeoutMs)
      return request(address, {
        dispatcher: agent,
        method: method as 'POST',
        headers,
        body: body || null,
        signal: signal ? AbortSignal.any([deadline, signal]) : deadline,
      })
    },
    close: () => agent.destroy(),
  }
  return outgoing
}
