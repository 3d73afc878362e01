"""The optimizer in three languages: Monte-Carlo and records are bit-identical, and the hybrid study finds the same trials."""

from __future__ import annotations

from harness import Floor, Operation, Policy, Tool, arrow, columns, contract, exact, one_of, port, recorded
from harness.contract import ListOf, OneOf
from reference_py.market.optimizer_cases import bootstrap_data, path_metrics, trial_streams
from reference_py.market.optimizer_objective import SPACE
from reference_py.market.optimizer_plans import PLAIN, planned_trials
from runbooks.optimizer_statements import (
    a_beginning,
    a_point,
    all_equal,
    best_is_the_extremum,
    first_simulations,
    grouped_otherwise,
    holds_the_narrower,
    holds_zero,
    interval_is_ordered,
    mirrored,
    other_orders,
    other_row_order,
    same_spread,
    same_study,
    same_trials,
    states_add_up,
    trials_by_number,
    two_jobs,
    wider,
)

CRATES = ("--manifest-path", "targets_rust/Cargo.toml", "-p", "optimizer", "-p", "optimizer_arrow", "-q")
# What starts further processes and servers is left to `make test`: it takes minutes, and longer under coverage.
LEFT_OUT = ("--ignore=tests/reference_py/optimizer/test_postgresql.py", "-k", "not process and not killed and not begin_at_once")
TESTS = ("tests/reference_py/optimizer", "tests/omega/test_optimizer.py", *LEFT_OUT)
REFERENCE, STUDIES = "reference_py.optimizer", "reference_py.market.optimizer_studies"
CASES, PLANS = "reference_py.market.optimizer_cases", "reference_py.market.optimizer_plans"
optimizer = contract(
    reference=REFERENCE,
    ports={
        "rust": port(
            "omega_rust.optimizer",
            source_root="targets_rust",
            sources=("**/*.rs", "**/Cargo.toml", "Cargo.lock", "**/pyproject.toml", "**/*.py", "**/*.pyi"),
        ),
        "julia": port(
            "omega_julia",
            source_root="targets_julia",
            sources=("OmegaMonteCarlo/Project.toml", "OmegaMonteCarlo/src/*.jl", "omega_julia/*.py"),
            flag="OMEGA_USE_JULIA_MONTE_CARLO",
        ),
        "hybrid": port("omega.optimizer_workloads"),
    },
    flag="OMEGA_USE_RUST_OPTIMIZER",
    facade="omega.optimizer",
    switches=("omega.config:set_feature_flag",),
    reference_sources=("reference_py/optimizer/*.py", "reference_py/market/optimizer_studies.py", "reference_py/market/objectives.py"),
    tools=(
        Tool("mypy", ("python", "-m", "mypy", "--strict", "-p", REFERENCE, "-p", "omega", "-p", "omega_julia")),
        Tool("coverage", ("python", "-m", "pytest", "-q", "-n", "2", "-p", "no:cacheprovider", *TESTS), REFERENCE),
        Tool("clippy", ("cargo", "clippy", *CRATES, "--all-targets", "--message-format=json", "--", "-W", "clippy::pedantic")),
        Tool("cargo-test", ("cargo", "test", *CRATES)),
    ),
)

UNTIMED = {'*.column["duration_seconds"]*': "how long a trial took is no result"}
TABLE = Policy(arrow=True, ignore=UNTIMED)
STUDY_TIMEOUT = 60.0
SAMPLERS = ("optuna", "cmaes")
ONE_THREAD = {"OMEGA_JULIA_THREADS": "1"}
EVALUATORS = one_of("weighted_score", "final_rating", "strategy_rating", "robustness_score", "cost_shock_score", "equity_path")
PATH = "{drift: float64[-0.01..0.01], volatility: float64[0..0.1], cost: float64[0..0.001], drawdown_weight: float64[0..2]}"
SETTINGS = one_of(
    {"n_simulations": 3},
    {"n_simulations": 7, "seed": 0, "spread": 0.0},
    {"n_simulations": 4, "seed": 2**64 - 1, "spread": 2.5},
    {"n_simulations": 5, "confidence": 0.5},
)


def plain_config(**settings: object) -> dict[str, object]:
    """Return a configuration over three numbers."""
    return {"n_trials": 100, "param_space": dict(PLAIN), **settings}


def grid_arguments(count: int) -> tuple[object, ...]:
    """Return a plan over a grid of so many points."""
    steps = {"x": {"type": "int", "low": 1, "high": count // 10}, "y": {"type": "int", "low": 1, "high": 10}}
    return ({"n_trials": count, "sampler": "grid", "param_space": steps, "seed": 1},)


def path_arguments(count: int) -> tuple[object, ...]:
    """Return the arguments of so many equity paths of 250 steps."""
    return path_metrics(), None, "equity_path", {"n_simulations": count, "seed": 1}


# Rust


@optimizer.operation(
    "aggregate_results",
    only=("rust",),
    inputs=recorded(f"{CASES}:aggregate_results_cases"),
    compare=arrow(exact),
    floor=Floor(cases=60, both_succeeded=0.2, rounds=3),
)
def _(call: Operation) -> None:
    call.property("trials_by_number", trials_by_number)
    call.relation("order_changes_nothing", other_orders, same_trials)
    call.relation("grouping_changes_nothing", grouped_otherwise, same_trials)
    call.workload("aggregate_10k", lambda count: (trial_streams(count, 8, seed=1),), size=10_000)


@optimizer.operation(
    "run_trials",
    only=("rust",),
    reference=f"{STUDIES}.run_trials",
    ports={"rust": "omega_rust.optimizer_workloads.run_trials"},
    inputs=recorded(f"{PLANS}:run_trials_cases"),
    compare=TABLE,
    floor=Floor(cases=40, both_succeeded=0.3),
    probe_boundary=False,
)
def _(call: Operation) -> None:
    call.property("trials_by_number", trials_by_number)
    call.workload("trials_1k", lambda count: (plain_config(), "maximize", planned_trials(count), "bowl"), size=1_000)


# Julia


@optimizer.operation(
    "bootstrap_ci",
    only=("julia",),
    inputs=(
        recorded(f"{CASES}:bootstrap_ci_cases"),
        columns(
            data=ListOf(OneOf((0.0, -0.0, 1.0, -2.5, 1e300, 5e-324, 3)), low=0, high=20),
            n_bootstrap="int64[1..40]",
            confidence="float64[0.01..0.99]",
            seed="int64[0..9223372036854775807]?",
        ),
    ),
    floor=Floor(cases=100, both_succeeded=0.3, rounds=3),
)
def _(call: Operation) -> None:
    call.property("interval_is_ordered", interval_is_ordered)
    call.relation("constant_is_a_point", all_equal, a_point)
    call.relation("confidence_widens", wider, holds_the_narrower)
    call.relation("symmetric_holds_zero", mirrored, holds_zero)
    call.workload("bootstrap_1k", lambda count: (bootstrap_data(2_000, seed=1), count, 0.95, 1), size=1_000, environment=ONE_THREAD)
    call.workload("bootstrap_10k", lambda count: (bootstrap_data(2_000, seed=1), count, 0.95, 1), size=10_000, port_only=True)


@optimizer.operation(
    "robustness_with",
    only=("julia",),
    reference=f"{REFERENCE}.workloads.robustness_with",
    ports={"julia": "omega_julia.workloads.robustness_with"},
    inputs=(
        recorded(f"{CASES}:robustness_with_cases"),
        columns(base_metrics=PATH, perturbations=one_of(None), evaluator=EVALUATORS, settings=SETTINGS),
        columns(base_metrics="map<string, float64>", perturbations=one_of(None), evaluator=EVALUATORS, settings=SETTINGS),
    ),
    floor=Floor(cases=200, both_succeeded=0.3, rounds=3),
)
def _(call: Operation) -> None:
    call.property("interval_is_ordered", interval_is_ordered)
    call.relation("confidence_widens", wider, holds_the_narrower)
    call.relation("quantiles_need_no_order", other_row_order, same_spread)
    call.workload("monte_carlo_10k", path_arguments, size=10_000, environment=ONE_THREAD)
    call.workload("monte_carlo_all_threads", path_arguments, size=10_000, port_only=True)


@optimizer.operation(
    "scores_with",
    only=("julia",),
    reference=f"{REFERENCE}.workloads.scores_with",
    ports={"julia": "omega_julia.workloads.scores_with"},
    inputs=(
        recorded(f"{CASES}:scores_with_cases"),
        columns(base_metrics=PATH, perturbations=one_of(None), evaluator=EVALUATORS, settings=SETTINGS),
    ),
    floor=Floor(cases=200, both_succeeded=0.3, rounds=3),
)
def _(call: Operation) -> None:
    call.relation("fewer_are_the_first", first_simulations, a_beginning)


# All three


@optimizer.operation(
    "run_study",
    only=("hybrid",),
    reference=f"{STUDIES}.run_study",
    inputs=recorded(f"{PLANS}:run_study_cases"),
    compare=TABLE,
    floor=Floor(cases=30),
    timeout_seconds=STUDY_TIMEOUT,
    probe_boundary=False,
    builds_on=(REFERENCE,),
    depends_on=SAMPLERS,
    without=("memory",),
)
def _(call: Operation) -> None:
    call.property("trials_by_number", trials_by_number)
    call.property("best_is_the_extremum", best_is_the_extremum)
    call.property("states_add_up", states_add_up)
    call.relation("jobs_change_nothing", two_jobs, same_study)


@optimizer.operation(
    "ask_and_tell",
    only=("hybrid",),
    reference=f"{STUDIES}.ask_and_tell",
    inputs=recorded(f"{PLANS}:plan_cases"),
    floor=Floor(cases=3, rounds=3),
    timeout_seconds=STUDY_TIMEOUT,
    probe_boundary=False,
    builds_on=(REFERENCE,),
    depends_on=SAMPLERS,
    without=("memory", "concurrency", "determinism"),
)
def _(call: Operation) -> None:
    call.workload("orchestration", lambda count: (plain_config(n_trials=count, sampler="tpe", seed=1),), size=100)
    call.workload("grid_1k", grid_arguments, size=1_000, sizes=(100, 300, 1_000), port_only=True)


@optimizer.operation(
    "search_strategy",
    only=("hybrid",),
    reference=f"{STUDIES}.search_strategy",
    inputs=recorded(f"{PLANS}:search_cases"),
    floor=Floor(cases=1, rounds=2),
    timeout_seconds=STUDY_TIMEOUT,
    probe_boundary=False,
    builds_on=(REFERENCE, "reference_py.market"),
    depends_on=("optuna",),
    without=("memory", "concurrency", "determinism"),
)
def _(call: Operation) -> None:
    call.workload(
        "trial_execution",
        lambda count: ({"n_trials": count, "param_space": SPACE, "sampler": "random", "seed": 1},),
        size=4,
    )
    call.workload(
        "strategy_alone",
        lambda count: ({"n_trials": count, "param_space": SPACE, "sampler": "random", "seed": 1},),
        size=40,
        boundary="omega.optimizer_workloads.search_nothing",
        port_only=True,
    )
