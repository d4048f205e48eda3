import type { CrmContext, SettingsContext } from '@hubspot/ui-extensions'
import type { RemoteChannel } from '@remote-ui/core'

/** What crosses between the page and the worker of an extension. */

export type ExtensionContext = CrmContext | SettingsContext

/** `uncaught` is what nobody handled: it is shown on the page too. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'uncaught'

/** Errors cross as text: a rejected call would also count as uncaught on the side that answers it. */
export type Outcome<T> = { value: T } | { error: string }

export interface FetchRequest {
  url: string
  method: string
  timeout?: number
  body?: unknown
}

export interface FetchResult {
  status: number
  headers: Record<string, string>
  body: string
}

export type PropertyValues = Record<string, string | null>
export type PropertyNames = string[] | '*'

export interface WorkerApi {
  run(
    bundleUrl: string,
    context: ExtensionContext,
    channel: RemoteChannel,
    clockAheadMs: number,
  ): Promise<Outcome<true>>
  /** Resolves once what earlier events changed has been rendered. */
  settle(): Promise<void>
}

export interface HostApi {
  log(level: LogLevel, message: string): void
  fetch(request: FetchRequest): Promise<Outcome<FetchResult>>
  action(name: string, args: unknown[]): Promise<Outcome<unknown>>
  readProperties(names: PropertyNames): Promise<Outcome<PropertyValues>>
  watchProperties(names: PropertyNames, listener: (values: PropertyValues) => void): void
}
