const knex = require('../knex');
const { send } = require('../mail');

async function closeOld() {
    const ids = await knex('reports')
        .where('state', 'open')
        .andWhere('created_at', '<', knex.raw("now() - interval '90 days'"))
        .orderBy('id')
        .limit(500)
        .pluck('id');
    if (ids.length > 0) {
        await knex('reports').whereIn('id', ids).update({ state: 'closed' });
    }
    return ids.length;
}

function startSweeper() {
    setInterval(async () => {
        try {
            const closed = await closeOld();
            if (closed > 0) await send(process.env.ADMIN_MAIL, 'Old reports', `${closed} reports were closed`);
        } catch (err) {
            console.error('sweeper', err);
        }
    }, 3600 * 1000).unref();
}

module.exports = { startSweeper, closeOld };
