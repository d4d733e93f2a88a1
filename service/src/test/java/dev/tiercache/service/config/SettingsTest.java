package dev.tiercache.service.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tiercache.service.cache.l2.redis.RedisEndpoint;
import dev.tiercache.service.market.MarketDataException;
import io.lettuce.core.RedisURI;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The environment becomes settings, or a message that says what to change. */
class SettingsTest {

    @TempDir
    Path folder = Path.of("");

    @Test
    void anEmptyEnvironmentIsGood() throws SettingsException {
        Settings settings = Settings.of(Map.of());

        assertThat(settings.serverPort()).isEqualTo(8000);
        assertThat(settings.managementPort()).isEqualTo(8081);
        assertThat(settings.defaultSymbols()).containsExactly("AAPL", "MSFT");
        assertThat(settings.allowedOrigins()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void everyDefaultIsAGoodValue(Variable variable) {
        assertThat(variable.defaultValue().isEmpty() || variable.accepts(variable.defaultValue()))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "SERVER_PORT, 65536",
        "SERVER_PORT, -1",
        "L1_TTL_SECONDS, 0",
        "L1_TTL_SECONDS, 1.5",
        "L2_TTL_SECONDS, 2592001",
        "L1_MAX_BYTES, 1",
        "L2_TTL_JITTER_PERCENT, 101",
        "L2_COMMAND_TIMEOUT_MILLIS, 0",
        "CACHE_KEY_PREFIX, a b",
        "CACHE_KEY_PREFIX, a*",
        "CACHE_DEGRADATION, Sometimes",
        "PHASE4_WS_INTERVAL_SECONDS, 0.05",
        "PHASE4_WS_INTERVAL_SECONDS, NaN",
        "LOG_LEVEL, LOUD",
        "LOG_FORMAT, xml",
        "MARKET_DATA_SOURCE, crystal-ball",
        "DEFAULT_SYMBOLS, aapl",
        "REDIS_URL, localhost:6379",
        "REDIS_URL, redis-sentinel://one:26379/0",
        "REDIS_USERNAME, a b",
        "MARKET_DATA_SOURCE, ftp",
        "MARKET_DATA_URL, market.example",
        "MARKET_DATA_URL, file:///etc",
        "MARKET_DATA_URL, http://ann:pw@market.example",
        "MARKET_DATA_URL, http://market.example?key=x",
        "MARKET_DATA_API_KEY, a b",
        "MARKET_DATA_CONCURRENCY, 0",
        "MARKET_DATA_STALE_SECONDS, -1"
    })
    void aBadValueIsRefusedByNameValueAndExpectation(Variable variable, String value) {
        assertThatThrownBy(() -> Settings.of(Map.of(variable.name(), value)))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining(variable.name() + "=\"" + (variable.secret() ? "(not shown)" : value))
                .hasMessageContaining("expected " + variable.expected());
    }

    @Test
    void theSourceCsvNeedsAFolderOfPrices() throws SettingsException, IOException {
        assertThat(Settings.of(Map.of("MARKET_DATA_FOLDER", folder.toString()))
                        .market()
                        .folder())
                .isNull();
        Map<String, String> csv = Map.of("MARKET_DATA_SOURCE", "csv", "MARKET_DATA_FOLDER", folder.toString());
        assertThatThrownBy(() -> Settings.of(csv))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("MARKET_DATA_FOLDER=\"" + folder);
        assertThatThrownBy(() -> Settings.of(Map.of("MARKET_DATA_SOURCE", "csv")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("a folder with a folder prices in it");
        Files.createDirectory(folder.resolve("prices"));
        assertThat(Settings.of(csv).market().folder()).isEqualTo(folder);
    }

    @Test
    void theSourceHttpNeedsAUrl() throws SettingsException {
        Map<String, String> http = Map.of("MARKET_DATA_SOURCE", "http", "MARKET_DATA_URL", "https://market.example/v1");
        assertThat(Settings.of(http).market().url()).hasToString("https://market.example/v1");
        assertThatThrownBy(() -> Settings.of(Map.of("MARKET_DATA_SOURCE", "http")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("MARKET_DATA_URL");
        assertThat(Settings.of(Map.of("MARKET_DATA_URL", "http://h")).market().url())
                .isNull();
    }

    @Test
    void theKeyOfMarketDataComesFromItsFileAsItIsAndIsNeverShown() throws Exception {
        Path file = Files.writeString(folder.resolve("key"), "first\n");
        MarketSettings market = Settings.of(
                        Map.of("MARKET_DATA_API_KEY", "given", "MARKET_DATA_API_KEY_FILE", file.toString()))
                .market();
        assertThat(market.apiKey()).isEqualTo("first");
        Files.writeString(file, "second");
        assertThat(market.apiKey()).isEqualTo("second");
        Files.writeString(file, "two words");
        assertThatThrownBy(market::apiKey)
                .isInstanceOf(MarketDataException.class)
                .hasMessageContaining("MARKET_DATA_API_KEY_FILE must hold")
                .hasMessageNotContaining("two words");
        Files.delete(file);
        assertThatThrownBy(market::apiKey).isInstanceOf(MarketDataException.class);
        assertThat(market.toString()).doesNotContain("given");
        assertThat(Settings.of(Map.of("MARKET_DATA_API_KEY", "given")).market().apiKey())
                .isEqualTo("given");
    }

    @Test
    void allProblemsAreToldAtOnce() {
        assertThatThrownBy(() -> Settings.of(Map.of("SERVER_PORT", "x", "LOG_LEVEL", "y")))
                .hasMessageContaining("SERVER_PORT")
                .hasMessageContaining("LOG_LEVEL");
    }

    @ParameterizedTest
    @CsvSource({
        "redis://h:1, '', '', '', ''",
        "redis://:url%40pw@h:1, '', '', '', url@pw",
        "redis://ann:urlpw@h:1, '', '', ann, urlpw",
        "redis://ann:urlpw@h:1, bob, envpw, bob, envpw",
        "rediss://:pw@h:1, '', '', '', pw",
        "'redis-sentinel://:pw@a:26379,b:26379/0#main', '', '', '', pw"
    })
    void theLoginComesFromTheVariablesElseFromTheUrl(
            String url, String username, String password, String expectedUser, String expectedPassword)
            throws SettingsException {
        RedisEndpoint endpoint = RedisLogin.endpoint(
                Settings.of(Map.of("REDIS_URL", url, "REDIS_USERNAME", username, "REDIS_PASSWORD", password)));

        assertThat(endpoint.credentials().get())
                .isEqualTo(new RedisEndpoint.Credentials(expectedUser, expectedPassword));
    }

    @Test
    void sentinelsHaveALoginOfTheirOwnAndNoneByDefault() throws SettingsException, IOException {
        String url = "rediss-sentinel://ann:pw@a:26379,b/0#main";
        RedisEndpoint plain = RedisLogin.endpoint(Settings.of(Map.of("REDIS_URL", url, "REDIS_PASSWORD", "other")));
        assertThat(plain.sentinelCredentials().get()).isEqualTo(RedisEndpoint.Credentials.NONE);
        assertThat(plain.uri().getSentinels()).allMatch(RedisURI::isSsl).hasSize(2);

        Path file = Files.writeString(folder.resolve("sentinel"), "from file\n");
        Map<String, String> login =
                Map.of("REDIS_URL", url, "REDIS_SENTINEL_USERNAME", "watcher", "REDIS_SENTINEL_PASSWORD", " blank ");
        assertThat(RedisLogin.endpoint(Settings.of(login)).sentinelCredentials().get())
                .isEqualTo(new RedisEndpoint.Credentials("watcher", " blank "));
        assertThat(RedisLogin.endpoint(Settings.of(Map.of("REDIS_SENTINEL_PASSWORD_FILE", file.toString())))
                        .sentinelCredentials()
                        .get())
                .isEqualTo(new RedisEndpoint.Credentials("", "from file"));
    }

    @Test
    void thePasswordFileWinsAndIsReadEachTime() throws SettingsException, IOException {
        Path file = Files.writeString(folder.resolve("password"), "one\n");
        RedisEndpoint endpoint = RedisLogin.endpoint(
                Settings.of(Map.of("REDIS_PASSWORD", "env", "REDIS_PASSWORD_FILE", file.toString())));

        assertThat(endpoint.credentials().get().password()).isEqualTo("one");
        Files.writeString(file, "two");
        assertThat(endpoint.credentials().get().password()).isEqualTo("two");
    }

    @ParameterizedTest
    @CsvSource({
        "' in blanks ', ' in blanks '",
        "'pw\n', pw",
        "'pw\r\n', pw",
        "'pw\n\n', 'pw\n'",
        "'pw \n', 'pw '",
    })
    void aPasswordFileLosesOneLineBreakAtItsEndAndNothingElse(String content, String password) throws Exception {
        Path file = Files.writeString(folder.resolve("password"), content);

        assertThat(RedisLogin.endpoint(Settings.of(Map.of("REDIS_PASSWORD_FILE", file.toString())))
                        .credentials()
                        .get()
                        .password())
                .isEqualTo(password);
    }

    @Test
    void aPasswordInTheEnvironmentIsTakenAsItIs() throws SettingsException {
        assertThat(Settings.of(Map.of("REDIS_PASSWORD", " in blanks ")).redisPassword())
                .isEqualTo(" in blanks ");
    }

    @Test
    void noTextOfTheSettingsHoldsASecret() throws SettingsException {
        Settings settings = Settings.of(Map.of("REDIS_PASSWORD", "hidden", "REDIS_URL", "redis://:hidden@h:1"));

        assertThat(settings.toString()).doesNotContain("hidden");
        assertThat(RedisLogin.endpoint(settings).toString()).doesNotContain("hidden");
        assertThat(RedisLogin.endpoint(settings).credentials().get().toString()).doesNotContain("hidden");
    }

    @Test
    void theConfigFileWinsOverTheEnvironmentAlsoForWhatIsReadOnce() throws SettingsException, IOException {
        Path file = Files.writeString(folder.resolve("config"), "SERVER_PORT=9000\nMANAGEMENT_PORT=many\n");

        Settings settings =
                Settings.of(Map.of("SERVER_PORT", "7000", "MANAGEMENT_PORT", "7001", "CONFIG_FILE", file.toString()));

        assertThat(settings.serverPort()).isEqualTo(9000);
        assertThat(settings.managementPort()).as("a bad value in the file").isEqualTo(7001);
    }

    @Test
    void theAdminApiNeedsATokenAndAPortOfItsOwn() throws SettingsException {
        assertThat(Settings.of(Map.of()).admin().on()).isFalse();
        Settings good = Settings.of(Map.of("ADMIN_PORT", "9000", "ADMIN_TOKEN", "0123456789abcdef"));
        assertThat(good.admin().token()).isEqualTo("0123456789abcdef");
        assertThat(good.toString() + good.admin()).doesNotContain("0123456789abcdef");
        assertThatThrownBy(() -> Settings.of(Map.of("ADMIN_PORT", "9000")))
                .hasMessageContaining("ADMIN_TOKEN=\"(not shown)\": expected 16 to 512");
        assertThatThrownBy(() -> Settings.of(Map.of("ADMIN_TOKEN", "fifteen-letters")))
                .hasMessageContaining("ADMIN_TOKEN=")
                .hasMessageNotContaining("fifteen-letters");
        assertThatThrownBy(() -> Settings.of(
                        Map.of("ADMIN_PORT", "8081", "ADMIN_TOKEN", "0123456789abcdef", "MANAGEMENT_PORT", "8081")))
                .hasMessageContaining("ADMIN_PORT=\"8081\": expected a TCP port of its own");
        assertThatThrownBy(() -> Settings.of(Map.of("ADMIN_PORT", "9000", "ADMIN_TOKEN_FILE", "/no/such")))
                .hasMessageContaining("ADMIN_TOKEN_FILE=\"/no/such\": expected the path of a file that can be read");
    }
}
