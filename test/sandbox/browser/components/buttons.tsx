import type {
  ButtonProps,
  ButtonRowProps,
  DropdownButtonItemProps,
  DropdownProps,
  LinkProps,
  LoadingButtonProps,
} from '@hubspot/ui-extensions'
import { type MouseEvent, type ReactNode, useEffect, useRef, useState } from 'react'
import { useDismiss } from './dismiss.ts'
import { createEvent, useEventSender, useHost, useOverlay } from './host-context.ts'
import { readTarget } from './href.ts'
import { shortSize } from './space.ts'

function buttonClass(variant: string, size: string) {
  return `ui-button is-${variant} is-${shortSize(size)}`
}

export function Button(props: ButtonProps) {
  const { variant = 'secondary', size = 'md', type = 'button', disabled = false, testId } = props
  const { content, anchor, openOverlay } = useOverlay(props.overlay)
  const send = useEventSender()
  const target = readTarget(props.href)
  const click = () => {
    void send(props.onClick, createEvent('click', testId))
    openOverlay()
  }
  const className = `${buttonClass(variant, size)} ${props.truncate ? 'is-truncated' : ''}`
  if (target && !disabled) {
    return (
      <>
        <a {...target} href={target.href} ref={anchor} className={className} data-testid={testId} onClick={click}>
          {props.children}
        </a>
        {content}
      </>
    )
  }
  return (
    <>
      <button ref={anchor} type={type} className={className} disabled={disabled} data-testid={testId} onClick={click}>
        {props.children}
      </button>
      {content}
    </>
  )
}

export function LoadingButton(props: LoadingButtonProps) {
  const { variant = 'secondary', size = 'md', type = 'button', disabled = false, loading = false, testId } = props
  const { content, anchor, openOverlay } = useOverlay(props.overlay)
  const send = useEventSender()
  const opensLater = props.overlayOptions?.openBehavior === 'onLoadingFinish'
  const wasLoading = useRef(loading)
  const latest = useRef(openOverlay)
  latest.current = openOverlay
  useEffect(() => {
    if (wasLoading.current && !loading && opensLater) latest.current()
    wasLoading.current = loading
  }, [loading, opensLater])
  const click = () => {
    void send(props.onClick, createEvent('click', testId))
    if (!opensLater) openOverlay()
  }
  return (
    <>
      <button
        ref={anchor}
        type={type}
        className={buttonClass(variant, size)}
        disabled={disabled || loading}
        aria-busy={loading}
        data-testid={testId}
        onClick={click}
      >
        {loading && <i className="ui-button-spinner" aria-hidden="true" />}
        {props.children}
      </button>
      {content}
    </>
  )
}

export function Link(props: LinkProps) {
  const { variant = 'primary', testId } = props
  const { content, anchor, openOverlay } = useOverlay(props.overlay)
  const send = useEventSender()
  const target = readTarget(props.href)
  const click = (event: MouseEvent) => {
    void send(props.onClick, createEvent('click', testId))
    const hasOpened = openOverlay()
    if (props.preventDefault || hasOpened) event.preventDefault()
  }
  return (
    <>
      {target ? (
        <a
          {...target}
          href={target.href}
          ref={anchor}
          className={`ui-link is-${variant}`}
          data-testid={testId}
          onClick={click}
        >
          {props.children}
        </a>
      ) : (
        <button ref={anchor} type="button" className={`ui-link is-${variant}`} data-testid={testId} onClick={click}>
          {props.children}
        </button>
      )}
      {content}
    </>
  )
}

export function ButtonRow({ testId, children }: ButtonRowProps) {
  return (
    <div className="ui-button-row" data-testid={testId}>
      {children}
    </div>
  )
}

/** A menu button. The menu stays mounted while closed, so the overlays of its items can open after it has closed. */
export function Dropdown(props: DropdownProps) {
  const { variant = 'secondary', buttonText = 'More', buttonSize = 'md', disabled, testId } = props
  const { send } = useHost()
  const [isOpen, setOpen] = useState(false)
  const ref = useRef<HTMLDivElement>(null)
  useDismiss(ref, isOpen, () => setOpen(false))
  return (
    <div className="ui-dropdown" ref={ref}>
      <button
        type="button"
        className={buttonClass(variant, buttonSize)}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        disabled={disabled}
        data-testid={testId}
        onClick={() => setOpen(!isOpen)}
      >
        {buttonText}
        <span className="ui-caret is-down" aria-hidden="true" />
      </button>
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the items are buttons; this only closes behind them */}
      <div className="ui-menu" role="menu" tabIndex={-1} hidden={!isOpen} onClick={() => setOpen(false)}>
        {props.options?.map((option) => (
          <MenuItem key={option.label} onClick={() => void send(option.onClick)}>
            {option.label}
          </MenuItem>
        ))}
        {props.children}
      </div>
    </div>
  )
}

export function DropdownButtonItem({ overlay, onClick, testId, children }: DropdownButtonItemProps) {
  const { content, anchor, openOverlay } = useOverlay(overlay)
  const send = useEventSender()
  const click = () => {
    void send(onClick, createEvent('click', testId))
    openOverlay()
  }
  return (
    <>
      <MenuItem anchor={anchor} onClick={click} testId={testId}>
        {children}
      </MenuItem>
      {content}
    </>
  )
}

function MenuItem(props: {
  anchor?: (element: HTMLElement | null) => void
  onClick(): void
  testId?: string | undefined
  children: ReactNode
}) {
  return (
    <button
      ref={props.anchor}
      type="button"
      role="menuitem"
      className="ui-menu-item"
      data-testid={props.testId}
      onClick={props.onClick}
    >
      {props.children}
    </button>
  )
}
