package dev.tiercache.service;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Who may know whom in the service. */
@AnalyzeClasses(packages = "dev.tiercache.service", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    private static final String ROOT = "dev.tiercache.service";

    @ArchTest
    static final ArchRule theCacheDependsOnNothingOfTheRest = noClasses()
            .that()
            .resideInAPackage(ROOT + ".cache..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    ROOT,
                    ROOT + ".analytics..",
                    ROOT + ".market..",
                    ROOT + ".report..",
                    ROOT + ".web..",
                    ROOT + ".stream..",
                    ROOT + ".config..",
                    "org.springframework..",
                    "jakarta..",
                    "tools.jackson..");

    @ArchTest
    static final ArchRule onlyTheLinkKnowsLettuce = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT + ".cache.l2.redis..", ROOT + ".config..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.lettuce..");

    @ArchTest
    static final ArchRule analyticsDependsOnNothingOfOurs = noClasses()
            .that()
            .resideInAPackage(ROOT + ".analytics..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    ROOT,
                    ROOT + ".cache..",
                    ROOT + ".market..",
                    ROOT + ".report..",
                    ROOT + ".web..",
                    ROOT + ".stream..",
                    ROOT + ".config..",
                    "org.springframework..");

    @ArchTest
    static final ArchRule webAndStreamKnowOfTheReportOnlyItsInterface = noClasses()
            .that()
            .resideInAnyPackage(ROOT + ".web..", ROOT + ".stream..")
            .should()
            .dependOnClassesThat(com.tngtech.archunit.base.DescribedPredicate.describe(
                    "are the inside of report, or analytics or market",
                    c -> (c.getPackageName().startsWith(ROOT + ".report")
                                    && !c.getFullName().matches(".*\\.Report(Source|Request|Exception(\\$Kind)?)"))
                            || c.getPackageName().startsWith(ROOT + ".analytics")
                            || c.getPackageName().startsWith(ROOT + ".market")));

    @ArchTest
    static final ArchRule webAndStreamDoNotKnowEachOther = noClasses()
            .that()
            .resideInAPackage(ROOT + ".stream..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT + ".web..");

    @ArchTest
    static final ArchRule webDoesNotKnowTheStream = noClasses()
            .that()
            .resideInAPackage(ROOT + ".web..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage(ROOT + ".stream..");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching(ROOT + ".(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule nobodySleepsOnThePathOfARequest = noClasses()
            .that()
            .resideInAnyPackage(
                    ROOT + ".report..",
                    ROOT + ".analytics..",
                    ROOT + ".cache",
                    ROOT + ".cache.l1..",
                    ROOT + ".cache.flight..")
            .should()
            .callMethod(Thread.class, "sleep", long.class)
            .orShould()
            .callMethod(Thread.class, "sleep", Duration.class)
            .orShould()
            .callMethod(TimeUnit.class, "sleep", long.class);

    @ArchTest
    static final ArchRule configurationsAreTheOnlySpringOfTheRoot = classes()
            .that()
            .resideInAPackage(ROOT)
            .and()
            .areTopLevelClasses()
            .should()
            .haveSimpleName("Application")
            .orShould()
            .haveSimpleName("TrainingRun")
            .orShould()
            .haveSimpleName("Wiring")
            .orShould()
            .haveSimpleName("package-info");
}
