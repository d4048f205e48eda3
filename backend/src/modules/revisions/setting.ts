/** A setting that two people may change at once. */
export interface Setting {
  readonly kind:
    | 'mapping'
    | 'rules'
    | 'admins'
    | 'places'
    | 'account_sender'
    | 'sender'
    | 'default_sender'
    | 'domain_cap'
    | 'owner_link'
    | 'hubspot_mail'
  /** Which one of its kind; left out where a portal has one only. */
  readonly subject?: string
}
