const jwt = require('jsonwebtoken');

const SECRET = process.env.SESSION_SECRET;

function makeToken(payload, options = {}) {
    return jwt.sign(payload, SECRET, options);
}

function sessionFor(moderator) {
    return makeToken({ id: moderator.id, handle: moderator.handle });
}

function readSession(token) {
    return jwt.verify(token, SECRET, { algorithms: ['HS256'] });
}

function requireModerator(req, res, next) {
    const token = (req.headers.authorization || '').replace('Bearer ', '');
    try {
        req.moderator = readSession(token);
        next();
    } catch (err) {
        res.status(401).json({ error: 'sign in first' });
    }
}

function downloadToken(id) {
    return makeToken({ download: id }, { expiresIn: '5m' });
}

function readDownload(token) {
    const claims = jwt.decode(token);
    return claims ? claims.download : null;
}

module.exports = { sessionFor, readSession, requireModerator, downloadToken, readDownload };
