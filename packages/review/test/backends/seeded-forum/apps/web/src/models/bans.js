const knex = require('../knex');

async function active(userId) {
    return knex('bans').where({ user_id: userId, lifted: false }).andWhere('until', '>', knex.fn.now()).first();
}

async function impose(userId, reason, days) {
    const [ban] = await knex('bans')
        .insert({
            user_id: userId,
            reason,
            until: knex.raw('now() + make_interval(days => ?)', [days]),
        })
        .onConflict(knex.raw('(user_id) where not lifted'))
        .ignore()
        .returning('id');
    return ban;
}

async function lift(id) {
    return knex('bans').where({ id, lifted: false }).update({ lifted: true });
}

async function endingSoon() {
    return knex('bans')
        .join('users', 'users.id', 'bans.user_id')
        .where('bans.lifted', false)
        .andWhereRaw("bans.until < now() + interval '1 day'")
        .select('bans.id', 'users.handle', 'bans.until')
        .orderBy('bans.until')
        .limit(100);
}

async function postCounts(userIds) {
    const rows = await knex('posts').whereIn('author_id', userIds).select('author_id').count('* as posts').groupBy('author_id');
    return new Map(rows.map((row) => [row.author_id, Number(row.posts)]));
}

module.exports = { active, impose, lift, endingSoon, postCounts };
