import { script } from "./scripts.ts";

/** ARGV: the last instant, then fields with their values. */
export const CREATE = script(`
if redis.call('EXISTS', key) == 1 then return 0 end
for index = 2, #ARGV, 2 do redis.call('HSET', key, ARGV[index], ARGV[index + 1]) end
redis.call('PEXPIREAT', key, ARGV[1])
return 1`);

export const READ = script(`return redis.call('HGETALL', key)`);

/** Reads and deletes in one step, so that of many one alone gets the fields. */
export const TAKE = script(`
local fields = redis.call('HGETALL', key)
redis.call('DEL', key)
return fields`);

/** @returns its user, where it was there and has one */
export const DELETE = script(`
local user = redis.call('HGET', key, 'user')
return { redis.call('DEL', key), user or nil }`);

/** ARGV: the user whose it must be. */
export const DELETE_OF = script(`
if redis.call('HGET', key, 'user') ~= ARGV[1] then return 0 end
return redis.call('DEL', key)`);

/**
 * ARGV: for whom it has been noted (`=user`, or empty), whether to clear, `expiresAt` (or empty), the last instant, how
 * many fields to delete, these, how many to set, these with their values. A patch that gives the session to another user,
 * or more time to a user's session, changes nothing before that has been noted for the user: then the answer is how to
 * note it, for whom, and until when.
 */
export const PATCH = script(`
local held = redis.call('HMGET', key, 'user', 'expiresAt')
if not held[2] then return 0 end
local deletions = tonumber(ARGV[5])
local settings = 6 + deletions
local user = held[1]
for index = 6, 5 + deletions do if ARGV[index] == 'user' then user = false end end
for index = settings, #ARGV, 2 do if ARGV[index] == 'user' then user = ARGV[index + 1] end end
local lives_longer = ARGV[3] ~= '' and tonumber(ARGV[3]) > tonumber(held[2])
if user and (user ~= held[1] or lives_longer) and ARGV[1] ~= '=' .. user then
  return { user == held[1] and 'extend' or 'add', user, lives_longer and ARGV[3] or held[2] }
end
if ARGV[2] == '1' then
  for _, field in ipairs(redis.call('HKEYS', key)) do
    if string.sub(field, 1, 2) == 'd:' then redis.call('HDEL', key, field) end
  end
end
for index = 6, 5 + deletions do redis.call('HDEL', key, ARGV[index]) end
for index = settings, #ARGV, 2 do redis.call('HSET', key, ARGV[index], ARGV[index + 1]) end
if ARGV[3] ~= '' then
  redis.call('HSET', key, 'expiresAt', ARGV[3])
  redis.call('PEXPIREAT', key, ARGV[4])
end
return 1`);
