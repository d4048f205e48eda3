import type {
  DescriptionListItemProps,
  DescriptionListProps,
  HeadingProps,
  ImageProps,
  ListProps,
  StatusTagProps,
  TagProps,
  TextProps,
} from '@hubspot/ui-extensions'
import { Children, type CSSProperties, isValidElement, type ReactNode } from 'react'
import { createEvent, useEventSender, useHost, useOverlay } from './host-context.ts'
import { readTarget } from './href.ts'

const WEIGHT = { regular: undefined, demibold: 600, bold: 700 } as const
const DECORATION = { none: undefined, underline: 'underline', strikethrough: 'line-through' } as const

function textStyle(format: TextProps['format']): CSSProperties {
  const transform = format?.textTransform
  return {
    fontWeight: WEIGHT[format?.fontWeight ?? 'regular'],
    fontStyle: format?.italic ? 'italic' : undefined,
    textDecoration: DECORATION[format?.lineDecoration ?? 'none'],
    textTransform: transform === 'sentenceCase' ? 'lowercase' : transform,
  }
}

export function Text({ variant = 'bodytext', inline, format, truncate, testId, children }: TextProps) {
  const isSentence = format?.textTransform === 'sentenceCase'
  const className = `ui-text is-${variant} ${truncate ? 'is-truncated' : ''} ${isSentence ? 'is-sentence' : ''}`
  const options = typeof truncate === 'object' ? truncate : {}
  const style = { ...textStyle(format), maxWidth: options.maxWidth }
  const Tag = inline ? 'span' : 'div'
  return (
    <Tag className={className} style={style} title={options.tooltipText} data-testid={testId}>
      {children}
    </Tag>
  )
}

export function Heading({ inline, testId, children }: HeadingProps) {
  return (
    <h3 className={`ui-heading ${inline ? 'is-inline' : ''}`} data-testid={testId}>
      {children}
    </h3>
  )
}

export function Tag({ variant = 'default', inline, onClick, overlay, testId, children }: TagProps) {
  const { content, anchor, openOverlay } = useOverlay(overlay)
  const send = useEventSender()
  const className = `ui-tag is-${variant} ${inline ? 'is-inline' : ''}`
  if (!onClick && !overlay) {
    return (
      <span className={className} data-testid={testId}>
        {children}
      </span>
    )
  }
  const click = () => {
    void send(onClick, createEvent('click', testId))
    openOverlay()
  }
  return (
    <>
      <button ref={anchor} type="button" className={className} data-testid={testId} onClick={click}>
        {children}
      </button>
      {content}
    </>
  )
}

export function StatusTag(props: StatusTagProps) {
  const { variant = 'default', hollow, onClick, showRemoveIcon, onRemoveClick, testId, children } = props
  const { send } = useHost()
  const body = (
    <>
      <i className={`ui-dot is-${variant} ${hollow ? 'is-hollow' : ''}`} aria-hidden="true" />
      {children}
    </>
  )
  return (
    <span className="ui-status-tag" data-testid={testId}>
      {onClick ? (
        <button type="button" onClick={() => void send(onClick)}>
          {body}
        </button>
      ) : (
        body
      )}
      {showRemoveIcon && (
        <button type="button" aria-label="Remove" onClick={() => void send(onRemoveClick)}>
          ×
        </button>
      )}
    </span>
  )
}

export function List({ variant = 'unordered', testId, children }: ListProps) {
  const Tag = variant.startsWith('ordered') ? 'ol' : 'ul'
  return (
    <Tag className={`ui-list is-${variant}`} data-testid={testId}>
      {Children.toArray(children).map((child, position) => (
        <li key={isValidElement(child) ? child.key : position}>{child}</li>
      ))}
    </Tag>
  )
}

export function DescriptionList({ direction = 'column', testId, children }: DescriptionListProps) {
  return (
    <dl className={`ui-descriptions is-${direction}`} data-testid={testId}>
      {children}
    </dl>
  )
}

export function DescriptionListItem({ label, testId, children }: DescriptionListItemProps) {
  return (
    <div data-testid={testId}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}

export function Image({ alt = '', src, width, height, href, onClick, overlay, testId }: ImageProps) {
  const { content, anchor, openOverlay } = useOverlay(overlay)
  const send = useEventSender()
  const target = readTarget(href)
  const picture = (
    <img ref={anchor} className="ui-image" src={src} alt={alt} width={width} height={height} data-testid={testId} />
  )
  const click = () => {
    void send(onClick, createEvent('click', testId))
    openOverlay()
  }
  return (
    <>
      {wrapPicture(picture, target, onClick || overlay ? click : undefined)}
      {content}
    </>
  )
}

function wrapPicture(picture: ReactNode, target: ReturnType<typeof readTarget>, click: (() => void) | undefined) {
  if (target) {
    return (
      <a {...target} href={target.href} onClick={click}>
        {picture}
      </a>
    )
  }
  if (!click) return picture
  return (
    <button type="button" className="ui-image-button" onClick={click}>
      {picture}
    </button>
  )
}
