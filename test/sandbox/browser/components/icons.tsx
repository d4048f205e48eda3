import type { IconProps, IllustrationProps } from '@hubspot/ui-extensions'

/** Our own strokes on a 16 × 16 grid; a name without one is drawn as a plain ring. */
const STROKES: Record<string, string> = {
  add: 'M8 3v10M3 8h10',
  remove: 'M3 8h10',
  success: 'M3 8.5l3.2 3.2L13 5',
  check: 'M3 8.5l3.2 3.2L13 5',
  checkCircle: 'M8 1.8a6.2 6.2 0 100 12.4A6.2 6.2 0 008 1.8zM5.2 8.2l2 2 3.6-4',
  warning: 'M8 2.2L14.2 13H1.8zM8 6.4v3M8 11.2v.2',
  exclamation: 'M8 3v6M8 12v.3',
  exclamationCircle: 'M8 1.8a6.2 6.2 0 100 12.4A6.2 6.2 0 008 1.8zM8 5v3.6M8 10.8v.2',
  info: 'M8 1.8a6.2 6.2 0 100 12.4A6.2 6.2 0 008 1.8zM8 7.4V11M8 5v.2',
  question: 'M6 6a2 2 0 113 1.7c-.7.4-1 .8-1 1.6M8 11.6v.2',
  time: 'M8 1.8a6.2 6.2 0 100 12.4A6.2 6.2 0 008 1.8zM8 4.6V8l2.4 1.4',
  clock: 'M8 1.8a6.2 6.2 0 100 12.4A6.2 6.2 0 008 1.8zM8 4.6V8l2.4 1.4',
  date: 'M2.5 3.8h11v9.7h-11zM2.5 6.6h11M5.2 2v2.6M10.8 2v2.6',
  delay: 'M4 2h8M4 14h8M5 2c0 4 6 4 6 6s-6 2-6 6M11 2c0 4-6 4-6 6s6 2 6 6',
  email: 'M1.8 3.5h12.4v9H1.8zM1.8 4l6.2 5 6.2-5',
  emailOpen: 'M1.8 6.5L8 2l6.2 4.5v7H1.8zM1.8 6.8L8 10.6l6.2-3.8',
  sentMail: 'M1.8 7.6L14.2 2l-4 12-2.6-5.4z',
  send: 'M1.8 7.6L14.2 2l-4 12-2.6-5.4z',
  enroll: 'M2.5 8h8M7.5 5l3 3-3 3M13.5 3v10',
  contact: 'M8 8a2.8 2.8 0 100-5.6A2.8 2.8 0 008 8zM2.6 14c.4-3 2.6-4.4 5.4-4.4s5 1.4 5.4 4.4',
  contacts: 'M8 8a2.8 2.8 0 100-5.6A2.8 2.8 0 008 8zM2.6 14c.4-3 2.6-4.4 5.4-4.4s5 1.4 5.4 4.4',
  edit: 'M3 13l.6-3L10.8 2.8l2.4 2.4L6 12.4z',
  delete: 'M3 4.4h10M6 4V2.5h4V4M4.4 4.6l.6 9h6l.6-9',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.2V2.5h-8v8h2.7',
  refresh: 'M13 8a5 5 0 11-1.6-3.7M13 2.2v3h-3',
  search: 'M7 12a5 5 0 100-10 5 5 0 000 10zM10.6 10.6L14 14',
  settings:
    'M8 10.2a2.2 2.2 0 100-4.4 2.2 2.2 0 000 4.4zM8 1.8v2M8 12.2v2M1.8 8h2M12.2 8h2M3.6 3.6L5 5M11 11l1.4 1.4M12.4 3.6L11 5M5 11l-1.4 1.4',
  left: 'M10 3L5 8l5 5',
  right: 'M6 3l5 5-5 5',
  downCarat: 'M3.5 6L8 10.5 12.5 6',
  upCarat: 'M3.5 10L8 5.5 12.5 10',
  link: 'M6.8 9.2l2.4-2.4M7.6 4.6L9.4 3a2.6 2.6 0 013.6 3.6l-1.8 1.8M8.4 11.4L6.6 13A2.6 2.6 0 013 9.4l1.8-1.8',
  locked: 'M3.5 7.2h9v6.6h-9zM5.4 7V5a2.6 2.6 0 015.2 0v2',
  view: 'M1.5 8C3.2 5 5.4 3.6 8 3.6S12.8 5 14.5 8C12.8 11 10.6 12.4 8 12.4S3.2 11 1.5 8zM8 9.8a1.8 1.8 0 100-3.6 1.8 1.8 0 000 3.6z',
  pauseCircle: 'M8 1.8a6.2 6.2 0 100 12.4A6.2 6.2 0 008 1.8zM6.4 5.6v4.8M9.6 5.6v4.8',
  block: 'M8 1.8a6.2 6.2 0 100 12.4A6.2 6.2 0 008 1.8zM3.8 3.8l8.4 8.4',
  ellipses: 'M3.2 8h.2M8 8h.2M12.8 8h.2',
  home: 'M2 8l6-5.5L14 8M3.8 6.8v7h8.4v-7',
}
const RING = 'M8 3.2a4.8 4.8 0 100 9.6 4.8 4.8 0 000-9.6z'
const SIZE: Record<string, number> = { sm: 12, small: 12, md: 16, medium: 16, lg: 24, large: 24 }

export function Icon({ name, color = 'inherit', size, screenReaderText, testId }: IconProps) {
  const label = screenReaderText ? { role: 'img', 'aria-label': screenReaderText } : { 'aria-hidden': true }
  const edge = size ? SIZE[size] : '1em'
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: named by aria-label, or hidden when it only decorates
    <svg
      {...label}
      className={`ui-icon is-${color}`}
      viewBox="0 0 16 16"
      width={edge}
      height={edge}
      data-icon={name}
      data-testid={testId}
    >
      <path d={STROKES[name] ?? RING} />
    </svg>
  )
}

type DrawingKind = 'empty' | 'error' | 'lock'

const DRAWINGS: Record<DrawingKind, string> = {
  empty: 'M20 78h80M32 78V52h14v26M53 78V34h14v44M74 78V44h14v34M30 26c8-8 18-8 26 0s18 8 34-4',
  error: 'M60 20l42 62H18zM60 44v18M60 70v2',
  lock: 'M36 48h48v36H36zM44 48V36a16 16 0 0132 0v12M60 62v8',
}

/** A quiet line drawing for empty, failed and locked states. */
export function Drawing({
  kind,
  width,
  height,
  alt,
}: {
  kind: DrawingKind
  width?: number
  height?: number
  alt?: string
}) {
  const label = alt ? { role: 'img', 'aria-label': alt } : { 'aria-hidden': true }
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: named by aria-label, or hidden when it only decorates
    <svg {...label} className={`ui-drawing is-${kind}`} viewBox="0 0 120 100" width={width ?? 120} height={height}>
      <circle cx="60" cy="52" r="44" />
      <path d={DRAWINGS[kind]} />
    </svg>
  )
}

export function Illustration({ name, alt, width, height }: IllustrationProps) {
  const kind = String(name).startsWith('error') ? 'error' : name === 'lock' ? 'lock' : 'empty'
  return <Drawing kind={kind} alt={alt} {...(width ? { width } : {})} {...(height ? { height } : {})} />
}
