import { createContext, createElement, type ReactNode, useCallback, useContext, useMemo, useRef } from 'react'

/** What a component needs from the extension it belongs to. Overlays are opened and closed by id, as HubSpot does. */
export interface Host {
  send(handler: unknown, ...args: unknown[]): Promise<void>
  openIds: readonly string[]
  open(id: string): void
  close(id: string): void
  portalId: string
}

export const HostContext = createContext<Host>({
  send: () => Promise.resolve(),
  openIds: [],
  open: () => undefined,
  close: () => undefined,
  portalId: '',
})

export function useHost(): Host {
  return useContext(HostContext)
}

export interface Trigger {
  /** Overlays announce their ids to the trigger they belong to (`<Button overlay={<Modal …/>}>`). */
  register(id: string): () => void
  /** The element a tooltip describes. */
  readAnchor(): HTMLElement | null
}
export const TriggerContext = createContext<Trigger | undefined>(undefined)

/** The event object handlers receive (HubSpot SDK types, `ExtensionEvent`). */
export function createEvent(type: string, id = ''): Record<string, unknown> {
  return { type, bubbles: true, timeStamp: performance.now(), id }
}

/** Sends an event with the reactions that open and close overlays, as `ReactionsHandler` receives them. */
export function useEventSender(): (handler: unknown, event: Record<string, unknown>) => Promise<void> {
  const { send, open, close } = useHost()
  return useCallback(
    (handler, event) => {
      // Fresh functions each time: the worker releases those of an event when its handler is done.
      const reactions = {
        openModal: (id: string) => open(id),
        openPanel: (id: string) => open(id),
        closeModal: (id: string) => close(id),
        closePanel: (id: string) => close(id),
      }
      return send(handler, event, reactions)
    },
    [send, open, close],
  )
}

/**
 * `content` must be rendered beside the trigger and `anchor` is the trigger's ref. `openOverlay` shows the modal or
 * panel in it and says whether there was one: a tooltip opens on its own, when the trigger is hovered or focused.
 */
export function useOverlay(overlay: ReactNode) {
  const { open } = useHost()
  const ids = useRef(new Set<string>())
  const element = useRef<HTMLElement | null>(null)
  const trigger = useMemo<Trigger>(
    () => ({
      register: (id) => {
        ids.current.add(id)
        return () => {
          ids.current.delete(id)
        }
      },
      readAnchor: () => element.current,
    }),
    [],
  )
  return {
    content: overlay ? createElement(TriggerContext.Provider, { value: trigger }, overlay) : null,
    anchor: (current: HTMLElement | null) => {
      element.current = current
    },
    openOverlay: () => {
      for (const id of ids.current) open(id)
      return ids.current.size > 0
    },
  }
}
