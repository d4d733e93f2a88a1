package dev.tiercache.service.cache.l1;

import com.github.benmanes.caffeine.cache.Expiry;

/** Lets each entry leave L1 when its own time is over; reading it does not make it live longer. */
final class PerEntryExpiry implements Expiry<String, L1Entry> {

    @Override
    public long expireAfterCreate(String key, L1Entry entry, long currentTime) {
        return Math.max(0, entry.forgetTick() - currentTime);
    }

    @Override
    public long expireAfterUpdate(String key, L1Entry entry, long currentTime, long currentDuration) {
        return Math.max(0, entry.forgetTick() - currentTime);
    }

    @Override
    public long expireAfterRead(String key, L1Entry entry, long currentTime, long currentDuration) {
        return currentDuration;
    }
}
