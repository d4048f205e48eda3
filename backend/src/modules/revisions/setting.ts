/** A setting that two people may change at once. */
export interface Setting {
  readonly kind: 'mapping' | 'rules' | 'admins' | 'places' | 'account_sender' | 'sender' | 'hubspot_mail'
  /** Which one of its kind; left out where a portal has one only. */
  readonly subject?: string
}
