import { retain } from '@remote-ui/rpc'
import { call } from '../data/call.ts'
import type { FetchAnswer, Portal } from '../data/types.ts'
import { recordLog } from './log.ts'
import type { HostApi, Outcome, PropertyNames, PropertyValues } from './wire.ts'

export interface Toast {
  type: 'info' | 'warning' | 'success' | 'danger' | 'tip'
  title?: string
  message: string
}

export interface IframeRequest {
  uri: string
  width: number
  height: number
  title?: string
  onClose(): void
}

/** What the page does for an extension: the parts of HubSpot around it. */
export interface HostParts {
  source: string
  portal: Portal
  readProperties(): PropertyValues
  watchProperties(listener: (values: PropertyValues) => void): void
  refreshProperties(): void
  showToast(toast: Toast): void
  showIframe(request: IframeRequest): void
  closeOverlay(id: string): void
  reportProblem(message: string): void
}

type Args = readonly unknown[]

/** Plays HubSpot's side of the worker's calls. Actions the sandbox does not know are logged, not thrown. */
export function createHostApi(parts: HostParts): HostApi {
  const log: HostApi['log'] = (level, message) => {
    recordLog(level, parts.source, message)
    if (level === 'uncaught') parts.reportProblem(message)
  }
  const watch = (names: unknown, listener: unknown) => {
    if (typeof listener !== 'function') return
    retain(listener)
    parts.watchProperties((values) => listener(pick(values, names)))
  }
  const actions: Record<string, (args: Args) => unknown> = {
    addAlert: ([alert]) => parts.showToast(readToast(alert)),
    reloadPage: () => window.location.reload(),
    refreshObjectProperties: () => parts.refreshProperties(),
    copyTextToClipboard: ([text]) => navigator.clipboard.writeText(String(text)),
    closeOverlay: ([id]) => parts.closeOverlay(String(id)),
    openIframeModal: ([request, onClose]) => parts.showIframe(readIframe(request, onClose)),
    fetchCrmObjectProperties: ([names]) => pick(parts.readProperties(), names),
    onCrmPropertiesUpdate: ([names, listener]) => watch(names, listener),
    navigateToPage: () => log('warn', 'navigateToPage: the sandbox has no app pages.'),
  }
  return {
    log,
    fetch: (request) =>
      capture(async () => {
        const { portalId, user } = parts.portal
        const answer = await call<FetchAnswer>('/sandbox/fetch', { portalId, userId: user.id, ...request })
        const body = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? '')
        return { status: answer.status, headers: answer.headers, body }
      }),
    action: (name, args) => {
      recordLog('debug', parts.source, `action ${name}`)
      return capture(async () => await actions[name]?.(args))
    },
    readProperties: (names) => capture(async () => pick(parts.readProperties(), names)),
    watchProperties: watch,
  }
}

async function capture<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { value: await work() }
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) }
  }
}

function pick(values: PropertyValues, names: unknown): PropertyValues {
  if (!isNames(names) || names === '*') return values
  return Object.fromEntries(names.map((name) => [name, values[name] ?? null]))
}

function isNames(value: unknown): value is PropertyNames {
  return value === '*' || Array.isArray(value)
}

function readRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}

function readToast(value: unknown): Toast {
  const { type, title, message } = readRecord(value)
  const known = (['info', 'warning', 'success', 'danger', 'tip'] as const).find((name) => name === type)
  return { type: known ?? 'info', message: String(message ?? ''), ...(title ? { title: String(title) } : {}) }
}

function readIframe(value: unknown, onClose: unknown): IframeRequest {
  const { uri, width, height, title } = readRecord(value)
  if (typeof onClose === 'function') retain(onClose)
  return {
    uri: String(uri),
    width: Number(width) || 600,
    height: Number(height) || 400,
    ...(title ? { title: String(title) } : {}),
    onClose: () => {
      if (typeof onClose === 'function') onClose()
    },
  }
}
