import { createRemoteReceiver, type RemoteReceiver } from '@remote-ui/core'
import { createEndpoint } from '@remote-ui/rpc'
import type { ExtensionContext, HostApi, WorkerApi } from './wire.ts'

export interface RunningExtension {
  receiver: RemoteReceiver
  /**
   * Hands an event to the extension, after the events before it have been rendered: a click right after a field was
   * left must find the handler that knows the field's value. Resolves when the answer to this event is on the page.
   * Never rejects: what a handler throws is reported by the worker.
   */
  send(handler: unknown, ...args: unknown[]): Promise<void>
  stop(): void
}

/** Starts a worker for a bundle and reports a bundle that does not load or does not run as `uncaught`. */
export function startExtension(
  bundleUrl: string,
  context: ExtensionContext,
  host: HostApi,
  clockAheadMs: number,
): RunningExtension {
  const worker = new Worker('/assets/worker.js')
  const receiver = createRemoteReceiver()
  const endpoint = createEndpoint<WorkerApi>(worker, { callable: ['run', 'settle'] })
  endpoint.expose({ ...host })
  worker.addEventListener('error', (event) => host.log('uncaught', event.message || 'The worker could not be loaded.'))
  void endpoint.call.run(bundleUrl, context, receiver.receive, clockAheadMs).then((outcome) => {
    if ('error' in outcome) host.log('uncaught', outcome.error)
  })

  let tail: Promise<void> = Promise.resolve()
  const deliver = async (handler: (...args: unknown[]) => unknown, args: unknown[]) => {
    void callHandler(handler, args)
    await endpoint.call.settle()
    await receiver.flush()
  }
  return {
    receiver,
    send(handler, ...args) {
      if (!isHandler(handler)) return Promise.resolve()
      tail = tail.then(() => deliver(handler, args))
      return tail
    },
    stop: () => endpoint.terminate(),
  }
}

function isHandler(value: unknown): value is (...args: unknown[]) => unknown {
  return typeof value === 'function'
}

async function callHandler(handler: (...args: unknown[]) => unknown, args: unknown[]) {
  try {
    await handler(...args)
  } catch {
    // The worker reports what its handlers throw; a handler of a component that is already gone is no event any more.
  }
}
