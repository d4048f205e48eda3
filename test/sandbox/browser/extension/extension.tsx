import { createController, RemoteRenderer } from '@remote-ui/react/host'
import { Component, type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { HostContext } from '../components/host-context.ts'
import { IframeModal } from '../components/overlays.tsx'
import { findComponent, registry } from '../components/registry.tsx'
import type { ExtensionInfo, Portal } from '../data/types.ts'
import { useToasts } from '../pages/toasts.tsx'
import { createHostApi, type IframeRequest } from './host-api.ts'
import { recordLog } from './log.ts'
import { type RunningExtension, startExtension } from './start.ts'
import type { ExtensionContext, PropertyValues } from './wire.ts'

const controller = { ...createController(registry), get: findComponent }

export interface ExtensionProps {
  info: ExtensionInfo
  context: ExtensionContext
  portal: Portal
  /** What the extension takes for now, in milliseconds after the machine's clock; a change starts it anew. */
  clockAheadMs: number
  /** The record's properties as last read; extensions that watch them hear of every change. */
  properties?: PropertyValues
  onRefresh?(): void
}

/** Runs one extension in its own worker and draws what it renders. A new bundle, context or clock is a new worker. */
export function Extension(props: ExtensionProps) {
  const { info } = props
  const overlays = useOverlays()
  const [iframe, setIframe] = useState<IframeRequest>()
  const [problems, setProblems] = useState<string[]>([])
  const running = useRunning(props, overlays.close, setIframe, setProblems)
  const [mounted, setMounted] = useState(false)

  useEffect(() => {
    setMounted(false)
    return running?.receiver.on('mount', () => setMounted(true))
  }, [running])

  const { openIds, open, close } = overlays
  const host = useMemo(
    () => ({
      send: running?.send ?? (() => Promise.resolve()),
      openIds,
      open,
      close,
      portalId: String(props.portal.portalId),
    }),
    [running, openIds, open, close, props.portal.portalId],
  )
  return (
    <section className="extension" data-extension={info.uid} aria-label={info.title} aria-busy={!mounted}>
      <header className="extension-title">{info.title}</header>
      <HostContext.Provider value={host}>
        <div className="extension-body">
          {!mounted && problems.length === 0 && (
            <div className="ui-spinner is-centered" role="status" aria-label={`Starting ${info.title}`}>
              <i />
            </div>
          )}
          {running && (
            <DrawingBoundary onError={(message) => setProblems((old) => [...old, message])}>
              <RemoteRenderer receiver={running.receiver} controller={controller} />
            </DrawingBoundary>
          )}
          {problems.length > 0 && <Problems messages={problems} />}
        </div>
        {iframe && (
          <IframeModal
            request={iframe}
            onClose={() => {
              setIframe(undefined)
              iframe.onClose()
            }}
          />
        )}
      </HostContext.Provider>
    </section>
  )
}

function useRunning(
  { info, context, portal, clockAheadMs, properties, onRefresh }: ExtensionProps,
  closeOverlay: (id: string) => void,
  showIframe: (request: IframeRequest) => void,
  setProblems: (update: (old: string[]) => string[]) => void,
) {
  const { showToast } = useToasts()
  const [running, setRunning] = useState<RunningExtension>()
  const latest = useRef({ properties, onRefresh })
  latest.current = { properties, onRefresh }
  const watchers = useRef(new Set<(values: PropertyValues) => void>())
  const contextKey = JSON.stringify(context)

  // The worker belongs to the bundle and the context's content; the functions around it are read when they are needed.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    setProblems(() => [])
    const host = createHostApi({
      source: info.uid,
      portal,
      readProperties: () => latest.current.properties ?? {},
      watchProperties: (listener) => watchers.current.add(listener),
      refreshProperties: () => latest.current.onRefresh?.(),
      showToast,
      showIframe,
      closeOverlay,
      reportProblem: (message) => setProblems((old) => [...old, message]),
    })
    const started = startExtension(info.bundleUrl, context, host, clockAheadMs)
    setRunning(started)
    return () => {
      watchers.current.clear()
      started.stop()
    }
  }, [info.bundleUrl, contextKey, clockAheadMs])

  const valuesKey = JSON.stringify(properties)
  const seenKey = useRef(valuesKey)
  useEffect(() => {
    if (seenKey.current === valuesKey) return
    seenKey.current = valuesKey
    for (const watcher of watchers.current) watcher(latest.current.properties ?? {})
  }, [valuesKey])
  return running
}

function useOverlays() {
  const [openIds, setOpenIds] = useState<readonly string[]>([])
  const open = useCallback((id: string) => setOpenIds((old) => (old.includes(id) ? old : [...old, id])), [])
  const close = useCallback((id: string) => setOpenIds((old) => old.filter((one) => one !== id)), [])
  return { openIds, open, close }
}

function Problems({ messages }: { messages: string[] }) {
  return (
    <div className="ui-alert is-danger extension-problem" role="alert">
      <strong>This extension ran into an error</strong>
      {messages.map((message) => (
        <pre key={message}>{message}</pre>
      ))}
    </div>
  )
}

/** A component of ours that fails to draw must not take the whole page with it. */
class DrawingBoundary extends Component<{ children: ReactNode; onError(message: string): void }, { failed: boolean }> {
  override state = { failed: false }
  static getDerivedStateFromError() {
    return { failed: true }
  }
  override componentDidCatch(error: Error) {
    recordLog('uncaught', 'page', error.stack ?? error.message)
    this.props.onError(error.message)
  }
  override render() {
    return this.state.failed ? null : this.props.children
  }
}
