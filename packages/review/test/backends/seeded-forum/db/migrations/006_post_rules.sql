SET lock_timeout = '3s';

ALTER TABLE posts
  ADD CONSTRAINT posts_author_fk FOREIGN KEY (author_id) REFERENCES users (id) NOT VALID,
  ADD CONSTRAINT posts_body_not_empty CHECK (body <> '') NOT VALID;

ALTER TABLE votes ADD CONSTRAINT votes_post_fk FOREIGN KEY (post_id) REFERENCES posts (id);
ALTER TABLE votes ADD CONSTRAINT votes_value CHECK (value IN (-1, 1));
