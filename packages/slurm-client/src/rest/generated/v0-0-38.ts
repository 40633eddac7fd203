/** Made by tools/slurmrestd from the recorded specification of v0.0.38. */
export interface components {
    schemas: {
        AccountingJob: {
            array?: {
                job_id?: number;
                limits?: {
                    max?: {
                        running?: {
                            tasks?: number;
                        };
                    };
                };
                task?: string;
                task_id?: number;
            };
            derived_exit_code?: components["schemas"]["job_exit_code"];
            exit_code?: components["schemas"]["job_exit_code"];
            het?: {
                job_id?: number;
                job_offset?: number;
            };
            job_id?: number;
            kill_request_user?: string;
            nodes?: string;
            state?: {
                current?: string;
                reason?: string;
            };
            time?: {
                elapsed?: number;
                eligible?: number;
                end?: number;
                limit?: number;
                start?: number;
                submission?: number;
                suspended?: number;
                system?: {
                    microseconds?: number;
                    seconds?: number;
                };
                total?: {
                    microseconds?: number;
                    seconds?: number;
                };
                user?: {
                    microseconds?: number;
                    seconds?: number;
                };
            };
        };
        job_exit_code: {
            return_code?: number;
            signal?: {
                name?: string;
                signal_id?: number;
            };
            status?: string;
        };
        JobDescription: {
            account?: string;
            account_gather_frequency?: string;
            argv?: string[];
            array?: string;
            batch_features?: string;
            /** Format: int64 */
            begin_time?: number;
            burst_buffer?: string;
            cluster_constraint?: string;
            comment?: string;
            constraints?: string;
            container?: string;
            core_specification?: number;
            cores_per_socket?: number;
            cpu_binding?: string;
            cpu_binding_hint?: string;
            cpu_frequency?: string;
            cpus_per_gpu?: string;
            cpus_per_task?: number;
            current_working_directory?: string;
            deadline?: string;
            delay_boot?: number;
            dependency?: string;
            distribution?: string;
            environment?: Record<string, never>;
            /** @enum {string} */
            exclusive?: "user" | "mcs" | "true" | "false";
            get_user_environment?: boolean;
            gpu_binding?: string;
            gpu_frequency?: string;
            gpus?: string;
            gpus_per_node?: string;
            gpus_per_socket?: string;
            gpus_per_task?: string;
            gres?: string;
            /** @enum {string} */
            gres_flags?: "disable-binding" | "enforce-binding";
            hold?: boolean;
            kill_on_invalid_dependency?: boolean;
            licenses?: string;
            mail_type?: string;
            mail_user?: string;
            mcs_label?: string;
            memory_binding?: string;
            memory_per_cpu?: number;
            memory_per_gpu?: number;
            memory_per_node?: number;
            minimum_cpus_per_node?: number;
            minimum_nodes?: boolean;
            name?: string;
            nice?: number;
            no_kill?: boolean;
            nodes?: number[];
            /**
             * @default append
             * @enum {string}
             */
            open_mode?: "append" | "truncate";
            /** @default false */
            oversubscribe?: boolean;
            partition?: string;
            prefer?: string;
            priority?: string;
            qos?: string;
            requeue?: boolean;
            reservation?: string;
            signal?: string;
            sockets_per_node?: number;
            spread_job?: boolean;
            standard_error?: string;
            standard_input?: string;
            standard_output?: string;
            tasks?: number;
            tasks_per_core?: number;
            tasks_per_node?: number;
            tasks_per_socket?: number;
            thread_specification?: number;
            threads_per_core?: number;
            time_limit?: number;
            time_minimum?: number;
            wait_all_nodes?: boolean;
            wckey?: string;
        };
        QueueJob: {
            array_job_id?: number;
            array_task_id?: number;
            array_task_string?: string;
            comment?: string;
            /** Format: int64 */
            end_time?: number;
            exit_code?: number;
            het_job_id?: number;
            het_job_offset?: number;
            job_id?: number;
            job_state?: string;
            nodes?: string;
            /** Format: int64 */
            pre_sus_time?: number;
            restart_cnt?: number;
            /** Format: int64 */
            start_time?: number;
            state_reason?: string;
            /** Format: int64 */
            submit_time?: number;
            /** Format: int64 */
            suspend_time?: number;
            /** Format: int64 */
            user_id?: number;
        };
    };
}
