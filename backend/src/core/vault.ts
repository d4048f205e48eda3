/** Where a sealed text belongs. It is bound into the ciphertext: moved to another portal or column it does not open. */
export interface SealContext {
  readonly portalId: number
  readonly column: string
}

/** Claims of a link we mail out. No personal data inside. */
export interface LinkClaims {
  readonly purpose: 'unsubscribe'
  readonly portalId: number
  /** The enrollment whose mail carried the link. */
  readonly enrollmentId: string
}

/** Claims of the address that bounces of one mail come back to. No personal data inside. */
export interface BounceClaims {
  readonly portalId: number
  /** The step run whose mail it is: a mail that is sent once more has a run of its own. */
  readonly stepRunId: string
}

/** Claims of a link of a mail that leads through us, or of its picture. No personal data inside, and not where it leads. */
export interface TrackClaims {
  readonly portalId: number
  /** The step run whose mail it is. */
  readonly stepRunId: string
  /** The place of the link in the mail, 1 to 255; 0 is the picture. */
  readonly link: number
}

/** Seals tokens and signs links with TOKEN_KEYS: the first key seals, all open. */
export interface Vault {
  /** Compact JWE (dir, A256GCM) with `kid`, portal and column in its protected header. */
  seal(text: string, context: SealContext): Promise<string>
  /** Throws `AppError('internal')` for another context, a changed text or an unknown key. */
  open(sealed: string, context: SealContext): Promise<string>
  /** Compact JWS (HS256) without expiry: unsubscribe links must work for as long as the mail is kept. */
  signLink(claims: LinkClaims): Promise<string>
  /**
   * The same claims in 52 characters of a-z and 2-7, for the local part of an address: at most 64 octets (RFC 5321, 4.5.3.1.1)
   * that may be case-folded on the way. Without expiry. Throws for a portal id that does not fit into 48 bits.
   */
  signAddress(claims: LinkClaims): string
  /** Opens what `signLink` or `signAddress` made; `undefined` for anything that we did not sign; never says why. */
  openLink(token: string): Promise<LinkClaims | undefined>
  /** As `signAddress`, for the bounce address of one mail; a token of one kind never opens as the other. */
  signBounce(claims: BounceClaims): string
  /** Opens what `signBounce` made, in either case of letters; `undefined` for anything else. */
  openBounce(token: string): BounceClaims | undefined
  /** 53 characters of a-z and 2-7, the same for the same claims: a mail that is made once more has the same bytes. Without expiry. */
  signTrack(claims: TrackClaims): string
  /** Opens what `signTrack` made, in either case of letters; `undefined` for anything else. */
  openTrack(token: string): TrackClaims | undefined
  /** Deterministic keyed digest, e.g. for Message-IDs: the same input gives the same text, nobody else can make it. */
  digest(purpose: 'message-id', input: string): string
}
