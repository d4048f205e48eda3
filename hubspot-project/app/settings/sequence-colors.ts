export const SEQUENCE_COLORS = { draft: 'info', active: 'success', paused: 'warning', archived: 'default' } as const
