const SHORT: Record<string, string> = {
  'extra-small': 'xs',
  small: 'sm',
  medium: 'md',
  large: 'lg',
  'extra-large': 'xl',
}

/** HubSpot's sizes have two spellings; ours is the short one. */
export function shortSize(size: string): string {
  return SHORT[size] ?? size
}

/** A distance as a CSS length. */
export function distance(size: string | undefined, fallback: string): string {
  const name = size ?? fallback
  return name === 'flush' ? '0' : `var(--space-${shortSize(name)})`
}
