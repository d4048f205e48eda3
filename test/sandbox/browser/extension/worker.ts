/**
 * Runs inside the web worker: gives an unmodified production bundle the globals HubSpot gives it, loads it with
 * importScripts and streams what it renders to the page. The globals are those the bundle and the SDK read
 * (@hubspot/ui-extensions 0.17, worker-globals): React 18, RemoteUI and the worker API.
 */
import { createRemoteRoot, type RemoteChannel } from '@remote-ui/core'
import * as RemoteUI from '@remote-ui/react'
import { createEndpoint, retain } from '@remote-ui/rpc'
import * as React from 'react'
import type { ExtensionContext, HostApi, Outcome, PropertyValues } from './wire.ts'
import { createActions, unwrap } from './worker-actions.ts'

interface ExtensionApi {
  context: ExtensionContext
  actions: Record<string, (...args: unknown[]) => unknown>
  runServerlessFunction: () => Promise<never>
}
type RenderExtension = (api: ExtensionApi) => React.ReactElement

interface FetchOptions {
  method?: string
  timeout?: number
  body?: Record<string, unknown>
  headers?: Headers | Record<string, string>
}

declare function importScripts(url: string): void

const FUNCTION_RESULT = 6

const host = createEndpoint<HostApi>(
  {
    postMessage: postToPage,
    addEventListener: (event, listener) => addEventListener(event, listener),
    removeEventListener: (event, listener) => removeEventListener(event, listener),
  },
  { callable: ['log', 'fetch', 'action', 'readProperties', 'watchProperties'] },
)

let renderExtension: RenderExtension | undefined
let api: ExtensionApi | undefined

function readApi(): ExtensionApi {
  if (!api) throw new Error('The extension asked for its context before it was started.')
  return api
}

/** What an event handler returns is ignored by HubSpot, so a result that cannot be cloned (a Response) must not matter. */
function postToPage(message: unknown) {
  try {
    postMessage(message)
  } catch (error) {
    if (!Array.isArray(message) || message[0] !== FUNCTION_RESULT) throw error
    postMessage([FUNCTION_RESULT, [message[1][0], undefined, undefined]])
  }
}

function log(level: Parameters<HostApi['log']>[0], message: unknown) {
  const text = message instanceof Error ? (message.stack ?? message.message) : String(message)
  void host.call.log(level, text)
}

async function hsFetch(url: string | URL, options: FetchOptions = {}): Promise<Response> {
  const headers = [...new Headers(options.headers).keys()]
  if (headers.length > 0) {
    log('warn', `hubspot.fetch does not support custom headers, dropped: ${headers.join(', ')}`)
  }
  const { method = 'GET', timeout, body } = options
  const request = { url: String(url), method, ...(timeout ? { timeout } : {}), ...(body ? { body: toJson(body) } : {}) }
  const answer = unwrap(await host.call.fetch(request))
  const empty = answer.status === 204 || answer.status === 304
  return new Response(empty ? null : answer.body, { status: answer.status, headers: answer.headers })
}

function toJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}

function notSupported(name: string) {
  return async () => Response.json({ error: `${name} is not part of the sandbox.` }, { status: 501 })
}

async function fetchCrmProperties(names: string[], onUpdate?: (values: PropertyValues) => void): Promise<Response> {
  if (onUpdate) void host.call.watchProperties(names, onUpdate)
  const values = await host.call.readProperties(names)
  return Response.json('error' in values ? { error: values.error } : { data: values.value })
}

function runServerlessFunction(): Promise<never> {
  return Promise.reject(new Error('The sandbox runs no serverless functions; marketplace apps cannot use them.'))
}

Object.assign(globalThis, {
  React,
  RemoteUI,
  __HUBSPOT_EXTENSION_WORKER__: true,
  extend_V2: (render: RenderExtension) => {
    renderExtension = render
  },
  logger: {
    debug: (message: unknown) => log('debug', message),
    info: (message: unknown) => log('info', message),
    warn: (message: unknown) => log('warn', message),
    error: (message: unknown) => log('error', message),
  },
  hsFetch,
  serverless: runServerlessFunction,
  hsWorkerAPI: {
    useExtensionContext: () => readApi().context,
    useExtensionActions: () => readApi().actions,
    useExtensionApi: readApi,
    useAppPageLocation: () => ({ path: '/', params: {} }),
    fetchCrmProperties,
    fetchAssociations: notSupported('fetchAssociations'),
    fetchCrmSearch: notSupported('fetchCrmSearch'),
    fetchHubSpotApi: notSupported('fetchHubSpotApi'),
    formatCrmProperties: notSupported('formatCrmProperties'),
  },
})

addEventListener('unhandledrejection', (event) => {
  event.preventDefault()
  log('uncaught', event.reason)
})
addEventListener('error', (event) => {
  event.preventDefault()
  log('uncaught', event.error ?? event.message)
})

class CrashBoundary extends React.Component<{ children?: React.ReactNode }, { crashed: boolean }> {
  override state = { crashed: false }
  static getDerivedStateFromError() {
    return { crashed: true }
  }
  override componentDidCatch(error: Error) {
    log('uncaught', error)
  }
  override render() {
    return this.state.crashed ? null : this.props.children
  }
}

/** Extensions ask this function alone for the time; on the sandbox's clock "in 3 days" must count from its now. */
function moveClock(aheadMs: number) {
  const { now } = Date
  Date.now = () => now() + aheadMs
}

async function run(
  bundleUrl: string,
  context: ExtensionContext,
  channel: RemoteChannel,
  clockAheadMs: number,
): Promise<Outcome<true>> {
  retain(channel)
  if (clockAheadMs !== 0) moveClock(clockAheadMs)
  try {
    api = { context, actions: createActions(context.location, host.call), runServerlessFunction }
    importScripts(bundleUrl)
    if (!renderExtension) throw new Error('The bundle did not call hubspot.extend().')
    const root = createRemoteRoot(channel)
    RemoteUI.createRoot(root).render(React.createElement(CrashBoundary, null, renderExtension(api)))
    await root.mount()
    return { value: true }
  } catch (error) {
    return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) }
  }
}

/** A turn of the event loop: React has scheduled its render of earlier events before this timer. */
function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0))
}

host.expose({ run, settle })
