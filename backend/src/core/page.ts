/** A page for a person, readable without any script; every text is escaped. */
export interface Page {
  readonly title: string
  readonly paragraphs: readonly string[]
  /** Shown as a list after the paragraphs. */
  readonly list?: readonly string[]
  /** A button that posts to the page's own address. */
  readonly button?: string
  readonly links?: readonly { readonly label: string; readonly href: string }[]
}
