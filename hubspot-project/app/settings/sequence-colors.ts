export const SEQUENCE_COLORS = {
  draft: 'info',
  active: 'success',
  paused: 'warning',
  finishing: 'warning',
  archived: 'default',
} as const
