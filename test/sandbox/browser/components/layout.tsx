import type {
  AccordionProps,
  AutoGridProps,
  BoxProps,
  CardProps,
  DividerProps,
  FlexProps,
  InlineProps,
  SpacerProps,
  StackProps,
  TileProps,
} from '@hubspot/ui-extensions'
import { type CSSProperties, useState } from 'react'
import { useHost } from './host-context.ts'
import { distance, shortSize } from './space.ts'

const JUSTIFY: Record<string, string> = { around: 'space-around', between: 'space-between' }

function flexStyle(direction: string, justify: string, align: string, gap: string): CSSProperties {
  return {
    display: 'flex',
    flexDirection: direction === 'column' ? 'column' : 'row',
    justifyContent: JUSTIFY[justify] ?? justify,
    alignItems: align,
    gap,
  }
}

export function Flex({
  direction = 'row',
  justify = 'start',
  align = 'stretch',
  gap,
  alignSelf,
  wrap,
  ...rest
}: FlexProps) {
  const wraps = wrap === true || wrap === 'wrap'
  const style = { ...flexStyle(direction, justify, align, distance(gap, 'flush')), alignSelf }
  return (
    <div className="ui-flex" style={{ ...style, flexWrap: wraps ? 'wrap' : 'nowrap' }} data-testid={rest.testId}>
      {rest.children}
    </div>
  )
}

export function Stack({
  direction = 'column',
  justify = 'start',
  align = 'stretch',
  distance: gap,
  width,
  ...rest
}: StackProps) {
  const style = { ...flexStyle(direction, justify, align, distance(gap, 'sm')), width }
  return (
    <div className="ui-flex" style={style} data-testid={rest.testId}>
      {rest.children}
    </div>
  )
}

export function Inline({ justify = 'start', align = 'stretch', gap, ...rest }: InlineProps) {
  const style = flexStyle('row', justify, align, distance(gap, 'flush'))
  return (
    <div className="ui-flex" style={{ ...style, flexWrap: 'wrap' }} data-testid={rest.testId}>
      {rest.children}
    </div>
  )
}

const FLEX = { initial: '0 1 auto', auto: '1 1 auto', none: '0 0 auto' } as const

export function Box({ alignSelf = 'auto', flex = 'initial', testId, children }: BoxProps) {
  const style = { alignSelf, flex: typeof flex === 'number' ? `${flex} 1 0` : FLEX[flex] }
  return (
    <div className="ui-box" style={style} data-testid={testId}>
      {children}
    </div>
  )
}

export function AutoGrid({ columnWidth, gap, flexible = false, testId, children }: AutoGridProps) {
  const track = flexible ? `minmax(min(${columnWidth}px, 100%), 1fr)` : `${columnWidth}px`
  const columns = `repeat(${flexible ? 'auto-fit' : 'auto-fill'}, ${track})`
  return (
    <div className="ui-grid" style={{ gridTemplateColumns: columns, gap: distance(gap, 'flush') }} data-testid={testId}>
      {children}
    </div>
  )
}

export function Divider({ size, distance: legacy, testId }: DividerProps) {
  return <hr className="ui-divider" style={{ marginBlock: distance(size ?? legacy, 'sm') }} data-testid={testId} />
}

export function Spacer({ size, testId }: SpacerProps) {
  return <div aria-hidden="true" style={{ height: distance(size, 'sm'), flex: 'none' }} data-testid={testId} />
}

export function Tile({ compact, flush, testId, children }: TileProps) {
  return (
    <div className={`ui-tile ${compact ? 'is-compact' : ''} ${flush ? 'is-flush' : ''}`} data-testid={testId}>
      {children}
    </div>
  )
}

export function Card({ testId, children }: CardProps) {
  return (
    <div className="ui-tile" data-testid={testId}>
      {children}
    </div>
  )
}

/** `open` wins over what a person clicked; without it the accordion keeps its own state. */
export function Accordion({
  title,
  size = 'sm',
  defaultOpen,
  open,
  disabled,
  onClick,
  testId,
  children,
}: AccordionProps) {
  const { send } = useHost()
  const [local, setLocal] = useState(defaultOpen ?? false)
  const isOpen = open ?? local
  const toggle = () => {
    setLocal(!isOpen)
    void send(onClick)
  }
  return (
    <div className={`ui-accordion is-${shortSize(size)} ${isOpen ? 'is-open' : ''}`} data-testid={testId}>
      <button type="button" aria-expanded={isOpen} disabled={disabled} onClick={toggle}>
        <span className="ui-caret" aria-hidden="true" />
        {title}
      </button>
      {isOpen && <div className="ui-accordion-body">{children}</div>}
    </div>
  )
}
