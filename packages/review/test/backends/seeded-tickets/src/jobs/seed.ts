import { readFileSync } from "fs";
import { prisma } from "../db";
import { hashPassword } from "../lib/passwords";

interface Fixture {
  email: string;
  displayName: string;
}

async function main() {
  const users: Fixture[] = JSON.parse(readFileSync("fixtures/users.json", "utf8"));
  const passwordHash = await hashPassword("correct horse battery");
  await prisma.user.createMany({
    data: users.map((user) => ({ ...user, passwordHash })),
    skipDuplicates: true,
  });
  await prisma.$disconnect();
}

main().catch((err) => {
  console.error(err);
  process.exit(1);
});
