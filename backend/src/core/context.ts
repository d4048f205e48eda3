/** Who caused a change. `user` is a HubSpot user, known from a signed request. */
export type Actor =
  | { readonly kind: 'user'; readonly userId: string; readonly email: string | null }
  | { readonly kind: 'webhook' }
  | { readonly kind: 'worker' }
  | { readonly kind: 'recipient' }
  | { readonly kind: 'operator' }

/**
 * A portal whose identity is proven. It is made in five places only: after a signature was checked, after a lane was
 * claimed, after a sealed link was opened, from HubSpot's own answer to a grant, and after an incoming mail was found to belong
 * to a mail of ours. A function that takes one cannot be called by a stranger.
 */
export interface PortalContext {
  /** HubSpot account id, our tenant. */
  readonly portalId: number
  readonly actor: Actor
  /** Goes into every log line of the request or task. */
  readonly requestId: string
}
