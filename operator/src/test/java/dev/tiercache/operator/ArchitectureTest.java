package dev.tiercache.operator;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.fabric8.kubernetes.client.CustomResource;
import java.time.Duration;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.NullMarked;

/** One way in, one way out, nothing sideways: the rules of docs/architecture.md. */
@AnalyzeClasses(packages = "dev.tiercache.operator", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ROOT = "dev.tiercache.operator";

    /** Methods of the Kubernetes client that change something in the cluster. */
    private static final Set<String> WRITES = Set.of(
            "create",
            "createOr",
            "createOrReplace",
            "delete",
            "edit",
            "editStatus",
            "evict",
            "patch",
            "patchStatus",
            "replace",
            "replaceStatus",
            "rolling",
            "scale",
            "serverSideApply",
            "unlock",
            "update",
            "updateStatus");

    @ArchTest
    static final ArchRule DATA_FLOWS_ONE_WAY = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("crd")
            .definedBy(ROOT + ".crd..")
            .layer("desired")
            .definedBy(ROOT + ".desired..")
            .layer("observe")
            .definedBy(ROOT + ".observe..")
            .layer("plan")
            .definedBy(ROOT + ".plan..")
            .layer("act")
            .definedBy(ROOT + ".act..")
            .layer("status")
            .definedBy(ROOT + ".status..")
            .layer("reconcile")
            .definedBy(ROOT + ".reconcile..")
            .layer("leader")
            .definedBy(ROOT + ".leader..")
            .layer("metrics")
            .definedBy(ROOT + ".metrics..")
            .layer("health")
            .definedBy(ROOT + ".health..")
            .whereLayer("crd")
            .mayNotAccessAnyLayer()
            .whereLayer("leader")
            .mayNotAccessAnyLayer()
            .whereLayer("desired")
            .mayOnlyAccessLayers("crd")
            .whereLayer("metrics")
            .mayOnlyAccessLayers("leader")
            .whereLayer("observe")
            .mayOnlyAccessLayers("crd", "desired", "metrics")
            .whereLayer("plan")
            .mayOnlyAccessLayers("crd", "desired", "observe")
            .whereLayer("act")
            .mayOnlyAccessLayers("crd", "desired", "observe", "plan", "leader", "metrics")
            .whereLayer("status")
            .mayOnlyAccessLayers("crd", "desired", "observe", "plan", "act", "leader", "metrics")
            .whereLayer("health")
            .mayOnlyAccessLayers("crd", "leader")
            .whereLayer("reconcile")
            .mayNotBeAccessedByAnyLayer();

    @ArchTest
    static final ArchRule NO_CYCLES =
            slices().matching(ROOT + ".(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule WHAT_SHOULD_BE_AND_WHAT_TO_DO_ARE_PURE = noClasses()
            .that()
            .resideInAnyPackage(ROOT + ".desired..", ROOT + ".plan..", ROOT + ".crd..")
            .should()
            .dependOnClassesThat(aClientAClockOrChance())
            .because("the same input gives the same answer, and a test needs nothing but values");

    @ArchTest
    static final ArchRule NOTHING_PURE_ASKS_THE_SYSTEM = noClasses()
            .that()
            .resideInAnyPackage(ROOT + ".desired..", ROOT + ".plan..", ROOT + ".crd..")
            .should(accessMembers(
                    "ask for the time, the environment or chance",
                    Set.of("currentTimeMillis", "nanoTime", "getenv", "getProperty", "randomUUID", "random"),
                    owner -> owner.getPackageName().startsWith("java.")));

    @ArchTest
    static final ArchRule ONLY_OBSERVE_AND_ACT_TALK_TO_REDIS = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT + ".observe..", ROOT + ".act..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.lettuce..");

    /** status writes events, leader its lease; what they may not do, their roles in the cluster do not let them. */
    @ArchTest
    static final ArchRule ONLY_ACT_AND_RECONCILE_CHANGE_THE_CLUSTER = noClasses()
            .that()
            .resideOutsideOfPackages(ROOT + ".act..", ROOT + ".reconcile..", ROOT + ".leader..")
            .and()
            .haveSimpleNameNotEndingWith("EventRecorder")
            .should(accessMembers(
                    "change the cluster",
                    WRITES,
                    owner -> owner.getPackageName().startsWith("io.fabric8.kubernetes.client.dsl")));

    /** But for the last seconds of a process that lost its lease, and a switch, which is timed to the millisecond. */
    @ArchTest
    static final ArchRule NOBODY_SLEEPS = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".leader..")
            .and()
            .doNotHaveFullyQualifiedName(ROOT + ".act.MasterSwitch")
            .and()
            .doNotHaveFullyQualifiedName(ROOT + ".act.FreshLook")
            .should()
            .callMethod(Thread.class, "sleep", long.class)
            .orShould()
            .callMethod(Thread.class, "sleep", Duration.class);

    @ArchTest
    static final ArchRule EVERY_PACKAGE_IS_NULL_MARKED = classes().should(resideInANullMarkedPackage());

    private static DescribedPredicate<JavaClass> aClientAClockOrChance() {
        // The custom resource extends a class of the client that is but a holder of metadata, spec and status.
        return resideInAPackage("io.fabric8.kubernetes.client..")
                .and(DescribedPredicate.not(
                        describe("the base of resources", type -> type.isEquivalentTo(CustomResource.class))))
                .or(resideInAPackage("io.javaoperatorsdk.."))
                .or(resideInAPackage("io.lettuce.."))
                .or(resideInAPackage("io.micrometer.."))
                .or(resideInAPackage("org.slf4j.."))
                .or(resideInAPackage("java.time.."))
                .or(resideInAPackage("java.util.concurrent.."))
                .or(describe(
                        "chance",
                        type -> Set.of("java.util.Random", "java.security.SecureRandom")
                                .contains(type.getName())))
                .as("a client, a clock or chance");
    }

    private static ArchCondition<JavaClass> accessMembers(String what, Set<String> names, Predicate<JavaClass> owner) {
        return new ArchCondition<>(what) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                for (JavaAccess<?> access : type.getAccessesFromSelf()) {
                    if (names.contains(access.getTarget().getName()) && owner.test(access.getTargetOwner())) {
                        events.add(SimpleConditionEvent.satisfied(type, access.getDescription()));
                    }
                }
            }
        };
    }

    private static ArchCondition<JavaClass> resideInANullMarkedPackage() {
        return new ArchCondition<>("reside in a package with @NullMarked on its package-info") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                boolean marked = type.getPackage().isAnnotatedWith(NullMarked.class);
                events.add(new SimpleConditionEvent(type, marked, type.getPackageName() + " of " + type.getName()));
            }
        };
    }
}
