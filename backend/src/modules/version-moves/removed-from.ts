/** The position from which on runs belong to steps that their enrollment's version does not have: behind all places it can have. */
export const REMOVED_FROM = 1000
