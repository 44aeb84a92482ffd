/** Code and names of a project are shown, never obeyed: what would steer a terminal becomes U+FFFD. */

/** Control characters but tab and line feed, and those that turn the direction of writing. */
const STEERING = /(?![\t\n])\p{Cc}|[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

export const plain = (text: string): string => text.replaceAll(STEERING, '\uFFFD')
