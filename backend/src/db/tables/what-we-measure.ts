import type { Moment } from './column.ts'

/** A mail whose address does not take mail. */
export interface BouncesTable {
  portalId: number
  deliveryId: string
  bouncedAt: Moment
}

export interface ClicksTable {
  portalId: number
  id: string
  deliveryId: string
  enrollmentId: string
  /** From 1. */
  link: number
  clickedAt: Moment
  /** Null until it is judged. */
  automatic: boolean | null
}

export interface OpensTable {
  portalId: number
  deliveryId: string
  enrollmentId: string
  loadedBy: 'mail_program' | 'apple_proxy' | 'gmail_proxy' | 'automatic'
  firstAt: Moment
}
