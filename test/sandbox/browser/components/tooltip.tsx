import type { TooltipProps } from '@hubspot/ui-extensions'
import { type CSSProperties, useContext, useEffect, useId, useState } from 'react'
import { createPortal } from 'react-dom'
import { TriggerContext } from './host-context.ts'

/** Lives in the `overlay` of a trigger and shows while the trigger is hovered or focused (HubSpot docs, Tooltip). */
export function Tooltip({ placement = 'top', testId, children }: TooltipProps) {
  const id = useId()
  const trigger = useContext(TriggerContext)
  const [place, setPlace] = useState<CSSProperties>()
  useEffect(() => {
    const anchor = trigger?.readAnchor()
    if (!anchor) return
    const show = () => setPlace(placeBeside(anchor.getBoundingClientRect(), placement))
    const hide = () => setPlace(undefined)
    anchor.setAttribute('aria-describedby', id)
    const events = { pointerenter: show, focus: show, pointerleave: hide, blur: hide }
    for (const [name, listener] of Object.entries(events)) anchor.addEventListener(name, listener)
    return () => {
      anchor.removeAttribute('aria-describedby')
      for (const [name, listener] of Object.entries(events)) anchor.removeEventListener(name, listener)
    }
  }, [trigger, placement, id])
  if (!place) return null
  const tooltip = (
    <span id={id} role="tooltip" className={`ui-tooltip is-${placement}`} style={place} data-testid={testId}>
      {children}
    </span>
  )
  return createPortal(tooltip, document.body)
}

const GAP = 6

function placeBeside(box: DOMRect, placement: NonNullable<TooltipProps['placement']>): CSSProperties {
  if (placement === 'left') return { left: box.left - GAP, top: box.top + box.height / 2 }
  if (placement === 'right') return { left: box.right + GAP, top: box.top + box.height / 2 }
  const top = placement === 'top' ? box.top - GAP : box.bottom + GAP
  return { left: box.left + box.width / 2, top }
}
