import type {
  ModalBodyProps,
  ModalFooterProps,
  ModalProps,
  PanelBodyProps,
  PanelFooterProps,
  PanelProps,
  PanelSectionProps,
} from '@hubspot/ui-extensions'
import { type KeyboardEvent, type ReactNode, useContext, useEffect, useId, useRef } from 'react'
import { createPortal } from 'react-dom'
import type { IframeRequest } from '../extension/host-api.ts'
import { TriggerContext, useHost } from './host-context.ts'
import { shortSize } from './space.ts'

export function Modal({ width = 'sm', variant = 'default', ...props }: ModalProps) {
  return (
    <Overlay props={props} className={`ui-modal is-${shortSize(width)} is-${variant}`} isModal>
      {props.children}
    </Overlay>
  )
}

export function Panel({ width = 'sm', variant = 'default', ...props }: PanelProps) {
  return (
    <Overlay props={props} className={`ui-panel is-${shortSize(width)}`} isModal={variant === 'modal'}>
      {props.children}
    </Overlay>
  )
}

export const ModalBody = ({ testId, children }: ModalBodyProps) => (
  <div className="ui-overlay-body" data-testid={testId}>
    {children}
  </div>
)
export const ModalFooter = ({ testId, children }: ModalFooterProps) => (
  <footer className="ui-overlay-footer" data-testid={testId}>
    {children}
  </footer>
)
export const PanelBody = ({ testId, children }: PanelBodyProps) => (
  <div className="ui-overlay-body" data-testid={testId}>
    {children}
  </div>
)
export const PanelFooter = ({ testId, children }: PanelFooterProps) => (
  <footer className="ui-overlay-footer" data-testid={testId}>
    {children}
  </footer>
)
export const PanelSection = ({ flush, testId, children }: PanelSectionProps) => (
  <section className={`ui-panel-section ${flush ? 'is-flush' : ''}`} data-testid={testId}>
    {children}
  </section>
)

interface OverlayProps {
  id: string
  title?: string
  'aria-label'?: string
  testId?: string
  onOpen?: () => void
  onClose?: () => void
}

/** Mounted with its trigger, drawn only while its id is open. Tells the extension when it opened and closed. */
function Overlay({
  props,
  className,
  isModal,
  children,
}: {
  props: OverlayProps
  className: string
  isModal: boolean
  children: ReactNode
}) {
  const { send, openIds, close } = useHost()
  const ownId = useId()
  const id = props.id ?? ownId
  const trigger = useContext(TriggerContext)
  useEffect(() => trigger?.register(id), [trigger, id])

  const isOpen = openIds.includes(id)
  const latest = useRef(props)
  latest.current = props
  const wasOpen = useRef(false)
  useEffect(() => {
    if (isOpen !== wasOpen.current) void send(isOpen ? latest.current.onOpen : latest.current.onClose)
    wasOpen.current = isOpen
  }, [isOpen, send])
  // An overlay whose trigger is gone must not come back open with the next one of its name.
  useEffect(() => () => close(id), [close, id])

  if (!isOpen) return null
  return (
    <Dialog
      className={className}
      isModal={isModal}
      title={props.title}
      label={props['aria-label']}
      testId={props.testId}
      onClose={() => close(id)}
    >
      <TriggerContext.Provider value={undefined}>{children}</TriggerContext.Provider>
    </Dialog>
  )
}

const FOCUSABLE =
  'button:not(:disabled), a[href], input:not(:disabled), select:not(:disabled), textarea, [tabindex="0"]'

interface DialogProps {
  className: string
  isModal: boolean
  title?: string | undefined
  label?: string | undefined
  testId?: string | undefined
  onClose(): void
  children: ReactNode
}

export function Dialog({ className, isModal, title, label, testId, onClose, children }: DialogProps) {
  const ref = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const opener = document.activeElement
    ref.current?.focus()
    return () => {
      if (opener instanceof HTMLElement) opener.focus()
    }
  }, [])
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation()
    if (event.key === 'Escape') onClose()
    if (event.key === 'Tab' && isModal) keepFocusInside(event, ref.current)
  }
  const dialog = (
    <div
      ref={ref}
      className={`ui-dialog ${className}`}
      role="dialog"
      aria-modal={isModal}
      aria-label={label ?? title}
      tabIndex={-1}
      data-testid={testId}
      onKeyDown={onKeyDown}
      // React passes events of a portal on to the tree around the trigger, where a form must not take them for its own.
      onSubmit={(event) => event.stopPropagation()}
    >
      <header className="ui-overlay-header">
        <h2>{title}</h2>
        <button type="button" className="ui-overlay-close" aria-label="Close" onClick={onClose}>
          ×
        </button>
      </header>
      {children}
    </div>
  )
  return createPortal(isModal ? <div className="ui-backdrop">{dialog}</div> : dialog, document.body)
}

function keepFocusInside(event: KeyboardEvent, dialog: HTMLElement | null) {
  const all = [...(dialog?.querySelectorAll<HTMLElement>(FOCUSABLE) ?? [])]
  const first = all[0]
  const last = all.at(-1)
  const active = document.activeElement
  const isLeaving = event.shiftKey ? active === first || active === dialog : active === last
  if (!isLeaving) return
  event.preventDefault()
  const next = event.shiftKey ? last : first
  next?.focus()
}

/** The page inside closes it with `postMessage({ action: 'DONE' })` (HubSpot docs, iframe modal). */
export function IframeModal({ request, onClose }: { request: IframeRequest; onClose(): void }) {
  const frame = useRef<HTMLIFrameElement>(null)
  const latest = useRef(onClose)
  latest.current = onClose
  useEffect(() => {
    const listen = (event: MessageEvent<unknown>) => {
      if (event.source !== frame.current?.contentWindow) return
      const data = event.data
      if (typeof data === 'object' && data !== null && 'action' in data) {
        if (data.action === 'DONE' || data.action === 'CANCEL') latest.current()
      }
    }
    window.addEventListener('message', listen)
    return () => window.removeEventListener('message', listen)
  }, [])
  const title = request.title ?? 'Embedded page'
  return (
    <Dialog className="ui-modal is-fit" isModal title={title} onClose={onClose}>
      <iframe
        ref={frame}
        src={request.uri}
        title={title}
        style={{ width: request.width, height: request.height, maxWidth: '90vw', maxHeight: '75vh', border: 0 }}
      />
    </Dialog>
  )
}
