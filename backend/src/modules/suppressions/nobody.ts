/** Stands for the enrollment in the links of mails that only their author sees: it opens, and unsubscribes nobody. */
export const NOBODY = '00000000-0000-0000-0000-000000000000'
