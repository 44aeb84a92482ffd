/** Mass assignment. */
import type { Validation } from '../entry.js'

export const massAssignment: Validation = {
  kind: 'validation',
  id: 'mass-assignment',
  title: 'Mass assignment',
  severity: 'high',
  why: 'The body holds whatever the client sends, not what the form shows. If it is handed to the ORM as a whole, `role`, `balance`, `ownerId` and `emailVerified` can be set by anybody who reads the API’s answers, for those show the names of the columns.',
  looksFor:
    'The body (or a spread of it, or a schema that keeps unknown keys) becomes the data of a write: `create({ data: req.body })`, `update(id, dto)` where the DTO has no whitelist, `Object.assign(entity, body)`, `knex(t).update(body)`, `Model.findByIdAndUpdate(id, body)`; or a schema made from the table itself, with columns in it that the caller may not set.',
  sparesFor: [
    'A schema that names each field and drops or refuses the rest (Zod objects drop by default, `strictObject` refuses; Fastify with `additionalProperties: false`; ValidationPipe with `whitelist: true`).',
    'Explicit picks: `{ name: body.name }`.',
    'Admin operations in which every column may be set and the caller’s right is checked.',
    'Drizzle’s `createInsertSchema(...).pick(...)` or `.omit(...)` of what the server decides.',
  ],
  fix: 'One input schema an operation, written for the caller, apart from the table’s. Put what the server decides after the spread (`{ ...input, ownerId: actor.id }`). Check rights for single fields where they differ. Answer with chosen fields too.',
  numbers: [
    'API3:2023, broken object property level authorisation, covers both setting and showing too much [OWASP API Security Top 10 2023].',
  ],
  siblings: [
    'body-without-validation',
    'authorisation-missing-among-siblings',
    'prototype-pollution',
    'nosql-operators-from-input',
  ],
  covers: [],
  wrong: {
    language: 'ts',
    stack: 'NestJS and Prisma',
    text: `@Patch('me')
update(@Req() { user }: Authenticated, @Body() body: Prisma.UserUpdateInput) {
  return this.prisma.user.update({ where: { id: user.id }, data: body })
}`,
  },
  right: {
    language: 'ts',
    stack: 'NestJS and Prisma',
    text: `class UpdateMe {
  @IsOptional() @IsString() @MaxLength(80) name?: string
  @IsOptional() @IsIn(['en', 'de']) language?: string
}

// main.ts: app.useGlobalPipes(new ValidationPipe({ whitelist: true, forbidNonWhitelisted: true }))
@Controller('users')
class Users {
  @Patch('me')
  update(@Req() { user }: Authenticated, @Body() { name, language }: UpdateMe) {
    return this.prisma.user.update({
      where: { id: user.id },
      data: { name, language },
      select: { id: true, name: true, language: true },
    })
  }
}`,
  },
  executedBy: 'by-hand',
}
