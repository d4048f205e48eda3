import type { RemoteCallable } from '@remote-ui/rpc'
import type { HostApi, Outcome } from './wire.ts'

const PLATFORM = ['closeOverlay', 'copyTextToClipboard', 'navigateToPage', 'openIframeModal', 'reloadPage']
const RECORD = ['fetchCrmObjectProperties', 'refreshObjectProperties', 'onCrmPropertiesUpdate']
const ANSWERING = new Set(['copyTextToClipboard', 'fetchCrmObjectProperties'])

/**
 * The actions of an extension point (HubSpot SDK types, extension-points): record actions exist on CRM records only,
 * so a settings page that calls one fails here as it does in HubSpot. Two of them answer, the others return nothing.
 */
export function createActions(location: string, host: RemoteCallable<HostApi>) {
  const names = ['addAlert', ...PLATFORM, ...(location.startsWith('crm.') ? RECORD : [])]
  const create = (name: string) => {
    if (ANSWERING.has(name)) return async (...args: unknown[]) => unwrap(await host.action(name, args))
    return (...args: unknown[]) => {
      void host.action(name, args)
    }
  }
  return Object.fromEntries(names.map((name) => [name, create(name)]))
}

export function unwrap<T>(outcome: Outcome<T>): T {
  if ('error' in outcome) throw new Error(outcome.error)
  return outcome.value
}
