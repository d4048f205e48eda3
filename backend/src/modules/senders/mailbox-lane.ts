/** One lane for each sender whose mailbox is read; its key is the sender's id. */
export const MAILBOXES = 'mailboxes'
