/** Every rule over code. */
import type { Rule } from '../rule.js'
import { sqlInjection } from './sql-injection.js'

export const RULES: readonly Rule[] = [sqlInjection]
